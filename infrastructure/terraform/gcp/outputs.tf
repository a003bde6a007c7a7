output "cluster" {
  description = "gcloud container clusters get-credentials CLUSTER --region REGION"
  value       = google_container_cluster.this.name
}

output "database_host" {
  description = "Host for the four addresses bccb-database-*, each with ?sslmode=verify-full&sslrootcert=…"
  value       = trimsuffix(google_sql_database_instance.primary.dns_name, ".")
}

output "database_replica_hosts" {
  description = "Hosts for DATABASE_REPLICA_URLS."
  value       = [for replica in google_sql_database_instance.replica : trimsuffix(replica.dns_name, ".")]
}

output "database_ca" {
  description = "Authority that signed the certificates: the file of sslrootcert."
  value       = google_sql_database_instance.primary.server_ca_cert[0].cert
  sensitive   = true
}

output "cache_ca" {
  description = "Authority that signed the certificate of Redis."
  value       = google_redis_instance.this.server_ca_certs[0].cert
  sensitive   = true
}

# For k8s/components/managed-datastores.
output "database_cidr" {
  description = "ipBlock of the NetworkPolicy to-postgres."
  value       = "${google_compute_global_address.stores.address}/${google_compute_global_address.stores.prefix_length}"
}

output "cache_cidr" {
  description = "ipBlock of the NetworkPolicy to-redis: the peered range holds both, so it is that of to-postgres."
  value       = "${google_compute_global_address.stores.address}/${google_compute_global_address.stores.prefix_length}"
}

output "cache_port" {
  description = "Port of Redis, which with TLS is 6378: one of those in the NetworkPolicy to-redis."
  value       = google_redis_instance.this.port
}

output "database_max_connections" {
  description = "Annotation bccb/postgres-max-connections."
  value       = var.database_max_connections
}

output "ingress_address" {
  description = "loadBalancerIP of the Service of ingress-nginx."
  value       = google_compute_address.ingress.address
}

# For k8s/components/production/settings.env.
output "settings" {
  description = "Lines of settings.env that depend on this installation."
  value = {
    PUBLIC_URL       = "https://${var.domain}"
    AWS_ENDPOINT_URL = "https://storage.googleapis.com"
    AWS_REGION       = var.region
    AWS_BUCKET       = "${google_storage_bucket.this["files"].name}/reports"
    BACKUP_TARGET    = "s3://${google_storage_bucket.this["backups"].name}/postgres"
    TRUSTED_PROXIES  = "10.32.0.0/14"
  }
}

# HMAC keys are made by hand (README), so that they are not in the state.
output "storage_users" {
  description = "Accounts of the buckets: the key of `files` is for settings.env and bccb-storage, that of `backups` for bccb-backup-storage."
  value       = { for name, account in google_service_account.storage : name => account.email }
}

# For `images:` of the overlay, where this repository is used.
output "images" {
  description = "newName of every image: this, a slash and its name."
  value       = "${var.region}-docker.pkg.dev/${var.project}/${google_artifact_registry_repository.this.repository_id}"
}
