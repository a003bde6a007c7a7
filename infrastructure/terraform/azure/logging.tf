resource "azurerm_log_analytics_workspace" "this" {
  name                = local.name
  resource_group_name = azurerm_resource_group.this.name
  location            = var.location
  sku                 = "PerGB2018"
  retention_in_days   = 400
  tags                = local.tags
}

locals {
  logged = {
    database = azurerm_postgresql_flexible_server.primary.id
    vault    = azurerm_key_vault.this.id
    blob     = "${azurerm_storage_account.this.id}/blobServices/default"
    file     = "${azurerm_storage_account.this.id}/fileServices/default"
    registry = azurerm_container_registry.this.id
  }
}

resource "azurerm_monitor_diagnostic_setting" "this" {
  for_each                   = local.logged
  name                       = local.name
  target_resource_id         = each.value
  log_analytics_workspace_id = azurerm_log_analytics_workspace.this.id
  enabled_log {
    category_group = "allLogs"
  }
}

resource "azurerm_monitor_diagnostic_setting" "cluster" {
  name                       = local.name
  target_resource_id         = azurerm_kubernetes_cluster.this.id
  log_analytics_workspace_id = azurerm_log_analytics_workspace.this.id
  dynamic "enabled_log" {
    for_each = toset(["kube-apiserver", "kube-audit-admin", "guard"])
    content {
      category = enabled_log.value
    }
  }
}
