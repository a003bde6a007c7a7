# One for each Secret of k8s/, named as there; each holds the keys of that Secret as JSON. Values come from k8s/make-secrets or
# from people (`az keyvault secret set`), so that no signing key is in the state; the two below terraform knows anyway.
resource "azurerm_key_vault" "this" {
  name                          = "bccb-${var.environment}-${random_string.suffix.result}"
  resource_group_name           = azurerm_resource_group.this.name
  location                      = var.location
  tenant_id                     = data.azurerm_client_config.current.tenant_id
  sku_name                      = "standard"
  rbac_authorization_enabled    = true
  purge_protection_enabled      = true
  soft_delete_retention_days    = 90
  public_network_access_enabled = false
  tags                          = local.tags
  network_acls {
    default_action = "Deny"
    bypass         = "AzureServices"
  }
}

resource "azurerm_role_assignment" "operators" {
  scope                = azurerm_key_vault.this.id
  role_definition_name = "Key Vault Secrets Officer"
  principal_id         = var.operator_group
}

resource "azurerm_key_vault_secret" "known" {
  #checkov:skip=CKV_AZURE_41:A date would end the platform on that day; keys change by the steps in guides/security.md
  for_each = {
    bccb-redis     = jsonencode({ REDIS_URL = "rediss://:${azurerm_managed_redis.this.default_database[0].primary_access_key}@${azurerm_managed_redis.this.hostname}:${azurerm_managed_redis.this.default_database[0].port}" })
    database-admin = random_password.database.result
  }
  name         = each.key
  value        = each.value
  content_type = "application/json"
  key_vault_id = azurerm_key_vault.this.id
  depends_on   = [azurerm_role_assignment.operators]
}
