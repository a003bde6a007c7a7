resource "aws_cloudwatch_log_group" "cluster" {
  name              = "/aws/eks/${local.name}/cluster"
  retention_in_days = 400
  kms_key_id        = aws_kms_key.this.arn
}

# Standard output of the pods, written by the addon amazon-cloudwatch-observability.
resource "aws_cloudwatch_log_group" "pods" {
  name              = "/aws/containerinsights/${local.name}/application"
  retention_in_days = 400
  kms_key_id        = aws_kms_key.this.arn
}

resource "aws_cloudwatch_log_group" "network" {
  name              = "/bccb/${var.environment}/refused-connections"
  retention_in_days = 400
  kms_key_id        = aws_kms_key.this.arn
}

resource "aws_sns_topic" "alarms" {
  name              = "${local.name}-alarms"
  kms_master_key_id = aws_kms_key.this.id
}

resource "aws_sns_topic_subscription" "alarms" {
  for_each  = toset(var.alarm_emails)
  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = each.value
}

# What the services cannot see from where they are. Everything else is measured by them (/metrics).
locals {
  alarms = {
    storage     = { metric = "FreeStorageSpace", comparison = "LessThanThreshold", threshold = var.database_storage_gb * 1024 * 1024 * 1024 * 0.15 }
    connections = { metric = "DatabaseConnections", comparison = "GreaterThanThreshold", threshold = var.database_max_connections * 0.9 }
    processor   = { metric = "CPUUtilization", comparison = "GreaterThanThreshold", threshold = 85 }
  }
}

resource "aws_cloudwatch_metric_alarm" "database" {
  for_each            = local.alarms
  alarm_name          = "${local.name}-database-${each.key}"
  namespace           = "AWS/RDS"
  metric_name         = each.value.metric
  dimensions          = { DBInstanceIdentifier = aws_db_instance.primary.identifier }
  statistic           = "Average"
  period              = 60
  evaluation_periods  = 5
  comparison_operator = each.value.comparison
  threshold           = each.value.threshold
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "replica" {
  count               = var.database_replicas
  alarm_name          = "${local.name}-replica-${count.index + 1}-lag"
  namespace           = "AWS/RDS"
  metric_name         = "ReplicaLag"
  dimensions          = { DBInstanceIdentifier = aws_db_instance.replica[count.index].identifier }
  statistic           = "Average"
  period              = 60
  evaluation_periods  = 10
  comparison_operator = "GreaterThanThreshold"
  threshold           = 60
  alarm_actions       = [aws_sns_topic.alarms.arn]
}
