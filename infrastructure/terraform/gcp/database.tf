locals {
  database_flags = {
    max_connections                     = tostring(var.database_max_connections)
    idle_in_transaction_session_timeout = "60000"
    log_checkpoints                     = "on"
    log_connections                     = "on"
    log_disconnections                  = "on"
    log_duration                        = "off"
    log_hostname                        = "off"
    log_lock_waits                      = "on"
    log_min_duration_statement          = "-1"
    log_min_messages                    = "error"
    log_min_error_statement             = "error"
    log_statement                       = "ddl"
    log_temp_files                      = "0"
    "cloudsql.enable_pgaudit"           = "on"
  }
}

resource "google_sql_database_instance" "primary" {
  #checkov:skip=CKV_GCP_79:The platform is for PostgreSQL 15
  #checkov:skip=CKV_GCP_51:Set in local.database_flags, where checkov does not look
  #checkov:skip=CKV_GCP_52:Set in local.database_flags, where checkov does not look
  #checkov:skip=CKV_GCP_53:Set in local.database_flags, where checkov does not look
  #checkov:skip=CKV_GCP_54:Set in local.database_flags, where checkov does not look
  #checkov:skip=CKV_GCP_109:Set in local.database_flags, where checkov does not look
  #checkov:skip=CKV_GCP_110:Set in local.database_flags, where checkov does not look
  #checkov:skip=CKV_GCP_111:Set in local.database_flags, where checkov does not look
  #checkov:skip=CKV_GCP_6:ssl_mode refuses everything in the clear; clients prove themselves by password, not by certificate
  #checkov:skip=CKV_GCP_108:Looking up a name for every connection would make connecting wait for DNS
  #checkov:skip=CKV2_GCP_13:The services measure every statement (database_query_duration_seconds); a line for each would drown the log
  name                = local.name
  region              = var.region
  database_version    = "POSTGRES_15"
  encryption_key_name = google_kms_crypto_key.this.id
  deletion_protection = true

  settings {
    tier                        = var.database_tier
    edition                     = "ENTERPRISE"
    availability_type           = "REGIONAL"
    disk_type                   = "PD_SSD"
    disk_autoresize             = true
    deletion_protection_enabled = true

    # Nothing in the clear; the certificate names the host, so that sslmode=verify-full holds.
    ip_configuration {
      ipv4_enabled    = false
      private_network = google_compute_network.this.id
      ssl_mode        = "ENCRYPTED_ONLY"
      server_ca_mode  = "GOOGLE_MANAGED_CAS_CA"
    }
    backup_configuration {
      enabled                        = true
      start_time                     = "03:10"
      point_in_time_recovery_enabled = true
      transaction_log_retention_days = 7
      backup_retention_settings {
        retained_backups = var.backup_days
      }
    }
    maintenance_window {
      day          = 7
      hour         = 5
      update_track = "stable"
    }
    insights_config {
      query_insights_enabled = true
    }
    dynamic "database_flags" {
      for_each = local.database_flags
      content {
        name  = database_flags.key
        value = database_flags.value
      }
    }
  }
  depends_on = [google_service_networking_connection.stores, google_kms_crypto_key_iam_member.services]
}

resource "google_sql_database_instance" "replica" {
  #checkov:skip=CKV_GCP_14:The primary is what is backed up
  #checkov:skip=CKV_GCP_79:The platform is for PostgreSQL 15
  #checkov:skip=CKV_GCP_51:Set in local.database_flags, where checkov does not look
  #checkov:skip=CKV_GCP_52:Set in local.database_flags, where checkov does not look
  #checkov:skip=CKV_GCP_53:Set in local.database_flags, where checkov does not look
  #checkov:skip=CKV_GCP_54:Set in local.database_flags, where checkov does not look
  #checkov:skip=CKV_GCP_109:Set in local.database_flags, where checkov does not look
  #checkov:skip=CKV_GCP_110:Set in local.database_flags, where checkov does not look
  #checkov:skip=CKV_GCP_111:Set in local.database_flags, where checkov does not look
  #checkov:skip=CKV_GCP_6:ssl_mode refuses everything in the clear; clients prove themselves by password, not by certificate
  #checkov:skip=CKV_GCP_108:Looking up a name for every connection would make connecting wait for DNS
  #checkov:skip=CKV2_GCP_13:The services measure every statement (database_query_duration_seconds); a line for each would drown the log
  count                = var.database_replicas
  name                 = "${local.name}-replica-${count.index + 1}"
  region               = var.region
  database_version     = "POSTGRES_15"
  master_instance_name = google_sql_database_instance.primary.name
  encryption_key_name  = google_kms_crypto_key.this.id
  deletion_protection  = false

  settings {
    tier            = var.database_tier
    edition         = "ENTERPRISE"
    disk_type       = "PD_SSD"
    disk_autoresize = true
    ip_configuration {
      ipv4_enabled    = false
      private_network = google_compute_network.this.id
      ssl_mode        = "ENCRYPTED_ONLY"
      server_ca_mode  = "GOOGLE_MANAGED_CAS_CA"
    }
    dynamic "database_flags" {
      for_each = local.database_flags
      content {
        name  = database_flags.key
        value = database_flags.value
      }
    }
  }
}

resource "google_sql_database" "this" {
  name     = "bccb"
  instance = google_sql_database_instance.primary.name
}

# The names in the certificates lead to private addresses.
resource "google_dns_managed_zone" "database" {
  #checkov:skip=CKV_GCP_16:A zone that only this network sees is not signed
  for_each = merge(
    { primary = google_sql_database_instance.primary },
    { for index, replica in google_sql_database_instance.replica : "replica-${index + 1}" => replica },
  )
  name       = "${local.name}-${each.key}"
  dns_name   = each.value.dns_name
  visibility = "private"
  private_visibility_config {
    networks {
      network_url = google_compute_network.this.id
    }
  }
}

resource "google_dns_record_set" "database" {
  for_each     = google_dns_managed_zone.database
  managed_zone = each.value.name
  name         = each.value.dns_name
  type         = "A"
  ttl          = 60
  rrdatas      = [each.key == "primary" ? google_sql_database_instance.primary.private_ip_address : google_sql_database_instance.replica[tonumber(trimprefix(each.key, "replica-")) - 1].private_ip_address]
}
