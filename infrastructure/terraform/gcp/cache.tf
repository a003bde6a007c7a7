# Counters and kept answers: losing them costs time, nothing else.
resource "google_redis_instance" "this" {
  name                    = local.name
  display_name            = "Shared cache and counters of BCCB"
  tier                    = "STANDARD_HA"
  memory_size_gb          = var.cache_gb
  region                  = var.region
  redis_version           = "REDIS_7_0"
  authorized_network      = google_compute_network.this.id
  connect_mode            = "PRIVATE_SERVICE_ACCESS"
  auth_enabled            = true
  transit_encryption_mode = "SERVER_AUTHENTICATION"
  customer_managed_key    = google_kms_crypto_key.this.id
  redis_configs           = { maxmemory-policy = "allkeys-lru" }
  depends_on              = [google_service_networking_connection.stores, google_kms_crypto_key_iam_member.services]
}
