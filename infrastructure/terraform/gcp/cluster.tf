resource "google_service_account" "nodes" {
  account_id   = "${local.name}-nodes"
  display_name = "Nodes of ${local.name}"
}

resource "google_project_iam_member" "nodes" {
  for_each = toset(["roles/logging.logWriter", "roles/monitoring.metricWriter", "roles/stackdriver.resourceMetadata.writer", "roles/artifactregistry.reader"])
  project  = var.project
  role     = each.value
  member   = google_service_account.nodes.member
}

resource "google_container_cluster" "this" {
  #checkov:skip=CKV_GCP_12:Dataplane V2 enforces NetworkPolicies without that switch
  #checkov:skip=CKV_GCP_65:Rights in the cluster go to people one by one; a directory group is a decision of the organisation
  #checkov:skip=CKV_GCP_66:Provenance is verified before every deployment (.github/actions/release)
  name                     = local.name
  location                 = var.region
  network                  = google_compute_network.this.id
  subnetwork               = google_compute_subnetwork.nodes.id
  remove_default_node_pool = true
  initial_node_count       = 1
  deletion_protection      = true
  enable_shielded_nodes    = true
  # Dataplane V2 enforces the NetworkPolicies of k8s/.
  datapath_provider           = "ADVANCED_DATAPATH"
  enable_intranode_visibility = true
  resource_labels             = { project = "bccb", environment = var.environment }

  # For k8s/storage-classes/gcp.yaml.
  addons_config {
    gcp_filestore_csi_driver_config {
      enabled = var.audit_anchors
    }
  }
  ip_allocation_policy {
    cluster_secondary_range_name  = "pods"
    services_secondary_range_name = "services"
  }
  private_cluster_config {
    enable_private_nodes    = true
    enable_private_endpoint = length(var.operator_cidrs) == 0
    master_ipv4_cidr_block  = "10.37.0.0/28"
  }
  master_authorized_networks_config {
    dynamic "cidr_blocks" {
      for_each = var.operator_cidrs
      content {
        display_name = cidr_blocks.key
        cidr_block   = cidr_blocks.value
      }
    }
  }
  master_auth {
    client_certificate_config {
      issue_client_certificate = false
    }
  }
  release_channel {
    channel = "REGULAR"
  }
  workload_identity_config {
    workload_pool = "${var.project}.svc.id.goog"
  }
  database_encryption {
    state    = "ENCRYPTED"
    key_name = google_kms_crypto_key.this.id
  }
  logging_config {
    enable_components = ["SYSTEM_COMPONENTS", "WORKLOADS", "APISERVER", "CONTROLLER_MANAGER", "SCHEDULER"]
  }
  monitoring_config {
    enable_components = ["SYSTEM_COMPONENTS"]
    managed_prometheus {
      enabled = true
    }
  }
  maintenance_policy {
    recurring_window {
      start_time = "2026-01-04T06:00:00Z"
      end_time   = "2026-01-04T10:00:00Z"
      recurrence = "FREQ=WEEKLY;BYDAY=SU"
    }
  }
  # The node that is made and removed again.
  node_config {
    service_account = google_service_account.nodes.email
    shielded_instance_config {
      enable_secure_boot          = true
      enable_integrity_monitoring = true
    }
    workload_metadata_config {
      mode = "GKE_METADATA"
    }
  }
  lifecycle {
    ignore_changes = [node_config]
  }
  depends_on = [google_kms_crypto_key_iam_member.cluster]
}

resource "google_container_node_pool" "this" {
  name     = "general"
  cluster  = google_container_cluster.this.id
  location = var.region
  autoscaling {
    min_node_count = var.node_count.min
    max_node_count = var.node_count.max
  }
  management {
    auto_repair  = true
    auto_upgrade = true
  }
  upgrade_settings {
    max_surge       = 1
    max_unavailable = 0
  }
  node_config {
    machine_type    = var.node_type
    image_type      = "COS_CONTAINERD"
    disk_type       = "pd-balanced"
    disk_size_gb    = 60
    service_account = google_service_account.nodes.email
    oauth_scopes    = ["https://www.googleapis.com/auth/cloud-platform"]
    metadata        = { disable-legacy-endpoints = "true" }
    shielded_instance_config {
      enable_secure_boot          = true
      enable_integrity_monitoring = true
    }
    workload_metadata_config {
      mode = "GKE_METADATA"
    }
  }
}

# What has rights in the project, and which pods have it. No pod of BCCB is among them.
locals {
  pool = "principal://iam.googleapis.com/projects/${data.google_project.this.number}/locations/global/workloadIdentityPools/${var.project}.svc.id.goog/subject/ns"
}

resource "google_secret_manager_secret_iam_member" "external_secrets" {
  for_each  = google_secret_manager_secret.this
  secret_id = each.value.id
  role      = "roles/secretmanager.secretAccessor"
  member    = "${local.pool}/external-secrets/sa/external-secrets"
}

resource "google_dns_managed_zone_iam_member" "cert_manager" {
  managed_zone = data.google_dns_managed_zone.this.name
  role         = "roles/dns.admin"
  member       = "${local.pool}/cert-manager/sa/cert-manager"
}
