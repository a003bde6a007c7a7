# One for each Secret of k8s/, under the names that k8s/external-secrets/production.yaml asks for with dashes for slashes.
# Values come from k8s/make-secrets or from people, so that no signing key is in the state.
resource "google_secret_manager_secret" "this" {
  for_each = toset([
    "bccb-jwt", "bccb-audit", "bccb-redis", "bccb-mail", "bccb-storage", "bccb-backup-storage", "bccb-sentry",
    "bccb-database-owner", "bccb-database-app", "bccb-database-ai", "bccb-database-backup",
  ])
  secret_id = "bccb-${var.environment}-${each.value}"
  replication {
    user_managed {
      replicas {
        location = var.region
        customer_managed_encryption {
          kms_key_name = google_kms_crypto_key.this.id
        }
      }
    }
  }
  depends_on = [google_kms_crypto_key_iam_member.services]
}

resource "google_secret_manager_secret_version" "cache" {
  secret = google_secret_manager_secret.this["bccb-redis"].id
  secret_data = jsonencode({
    REDIS_URL = "rediss://:${google_redis_instance.this.auth_string}@${google_redis_instance.this.host}:${google_redis_instance.this.port}"
  })
}
