# The services keep reports in a folder or in an S3-compatible bucket. Blob storage is neither, so here it is a folder: the share
# `files` as a volume of credential-service and credential-worker (STORAGE_DIR). Dumps of scripts/backup go to the share
# `backups` (BACKUP_TARGET), and with azcopy from there to the container, which keeps every version.
resource "azurerm_storage_account" "this" {
  #checkov:skip=CKV2_AZURE_1:Encrypted twice with keys of the platform; a key of one's own is a decision of the organisation
  #checkov:skip=CKV_AZURE_206:Copies in another region are a decision about where personal data may be; README says how
  #checkov:skip=CKV2_AZURE_40:Shares are mounted with the key of the account; blobs are reached by identities
  #checkov:skip=CKV_AZURE_33:There are no queues
  #checkov:skip=CKV2_AZURE_41:No shared access signatures are given out
  name                              = "bccb${var.environment}${random_string.suffix.result}"
  resource_group_name               = azurerm_resource_group.this.name
  location                          = var.location
  account_kind                      = "StorageV2"
  account_tier                      = "Standard"
  account_replication_type          = "ZRS"
  min_tls_version                   = "TLS1_2"
  https_traffic_only_enabled        = true
  public_network_access_enabled     = false
  allow_nested_items_to_be_public   = false
  infrastructure_encryption_enabled = true
  default_to_oauth_authentication   = true
  local_user_enabled                = false
  tags                              = local.tags
  network_rules {
    default_action = "Deny"
    bypass         = ["AzureServices"]
  }
  blob_properties {
    versioning_enabled = true
    delete_retention_policy {
      days = 30
    }
    container_delete_retention_policy {
      days = 30
    }
  }
  share_properties {
    retention_policy {
      days = 30
    }
    smb {
      versions                        = ["SMB3.1.1"]
      channel_encryption_type         = ["AES-256-GCM"]
      kerberos_ticket_encryption_type = ["AES-256"]
    }
  }
}

resource "azurerm_storage_share" "this" {
  for_each           = { files = 100, backups = 200 }
  name               = each.key
  storage_account_id = azurerm_storage_account.this.id
  quota              = each.value
}

resource "azurerm_storage_container" "backups" {
  #checkov:skip=CKV2_AZURE_21:Reads are in the log of the account (logging.tf)
  name                  = "backups"
  storage_account_id    = azurerm_storage_account.this.id
  container_access_type = "private"
}

resource "azurerm_storage_management_policy" "this" {
  storage_account_id = azurerm_storage_account.this.id
  rule {
    name    = "old-versions"
    enabled = true
    filters {
      blob_types = ["blockBlob"]
    }
    actions {
      version {
        delete_after_days_since_creation = 90
      }
    }
  }
}
