# One for each Secret of k8s/, under the names that k8s/external-secrets/production.yaml asks for. The values come from
# k8s/make-secrets or from people, so that no signing key is in the state; the address of Redis is what terraform knows.
locals {
  secrets = toset([
    "bccb-jwt", "bccb-audit", "bccb-redis", "bccb-mail", "bccb-storage", "bccb-backup-storage", "bccb-sentry",
    "bccb-database-owner", "bccb-database-app", "bccb-database-ai", "bccb-database-backup",
  ])
}

resource "aws_secretsmanager_secret" "this" {
  #checkov:skip=CKV2_AWS_57:Keys change by the steps in guides/security.md: a new signing key needs the old one beside it
  for_each                = local.secrets
  name                    = "bccb/${var.environment}/${each.value}"
  kms_key_id              = aws_kms_key.this.arn
  recovery_window_in_days = 30
}

resource "aws_secretsmanager_secret_version" "cache" {
  secret_id     = aws_secretsmanager_secret.this["bccb-redis"].id
  secret_string = jsonencode({ REDIS_URL = "rediss://:${random_password.cache.result}@${aws_elasticache_replication_group.this.primary_endpoint_address}:6379" })
}
