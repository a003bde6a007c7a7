resource "aws_elasticache_subnet_group" "this" {
  name       = local.name
  subnet_ids = aws_subnet.cache[*].id
}

resource "aws_security_group" "cache" {
  name        = "${local.name}-cache"
  description = "Redis, for the gateways"
  vpc_id      = aws_vpc.this.id
}

resource "aws_vpc_security_group_ingress_rule" "cache" {
  for_each          = { for index, subnet in aws_subnet.nodes : tostring(index) => subnet.cidr_block }
  security_group_id = aws_security_group.cache.id
  description       = "Redis from the nodes"
  cidr_ipv4         = each.value
  ip_protocol       = "tcp"
  from_port         = 6379
  to_port           = 6379
}

resource "random_password" "cache" {
  length  = 64
  special = false
}

# Counters and kept answers: losing them costs time, nothing else. maxmemory-policy drops what was used least.
resource "aws_elasticache_parameter_group" "this" {
  name   = local.name
  family = "redis7"
  parameter {
    name  = "maxmemory-policy"
    value = "allkeys-lru"
  }
}

resource "aws_elasticache_replication_group" "this" {
  replication_group_id       = local.name
  description                = "Shared cache and counters of BCCB"
  engine                     = "redis"
  engine_version             = "7.1"
  node_type                  = var.cache_type
  num_cache_clusters         = 2
  automatic_failover_enabled = true
  multi_az_enabled           = true
  port                       = 6379
  subnet_group_name          = aws_elasticache_subnet_group.this.name
  security_group_ids         = [aws_security_group.cache.id]
  parameter_group_name       = aws_elasticache_parameter_group.this.name
  transit_encryption_enabled = true
  transit_encryption_mode    = "required"
  auth_token                 = random_password.cache.result
  at_rest_encryption_enabled = true
  kms_key_id                 = aws_kms_key.this.arn
  snapshot_retention_limit   = 1
  auto_minor_version_upgrade = true
}
