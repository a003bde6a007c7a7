# The log of the pods and of who changed what, longer than the 30 days of the default.
resource "google_logging_project_bucket_config" "this" {
  project        = var.project
  location       = var.region
  bucket_id      = local.name
  retention_days = 400
}

resource "google_logging_project_sink" "this" {
  name                   = local.name
  destination            = "logging.googleapis.com/${google_logging_project_bucket_config.this.id}"
  filter                 = "resource.labels.cluster_name=\"${local.name}\" OR resource.type=\"cloudsql_database\" OR logName:\"cloudaudit.googleapis.com\""
  unique_writer_identity = true
}

resource "google_project_iam_audit_config" "this" {
  for_each = toset(["storage.googleapis.com", "secretmanager.googleapis.com", "cloudsql.googleapis.com"])
  project  = var.project
  service  = each.value
  audit_log_config {
    log_type = "DATA_READ"
  }
  audit_log_config {
    log_type = "DATA_WRITE"
  }
}
