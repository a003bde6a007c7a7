resource "azurerm_user_assigned_identity" "cluster" {
  name                = "${local.name}-cluster"
  resource_group_name = azurerm_resource_group.this.name
  location            = var.location
  tags                = local.tags
}

resource "azurerm_role_assignment" "cluster_network" {
  scope                = azurerm_virtual_network.this.id
  role_definition_name = "Network Contributor"
  principal_id         = azurerm_user_assigned_identity.cluster.principal_id
}

# The address of the Ingress stands outside of the cluster's own group: the cluster looks it up in this one and takes it for its
# load balancer. It may change that address and nothing else here.
resource "azurerm_role_assignment" "cluster_address" {
  scope                = azurerm_public_ip.ingress.id
  role_definition_name = "Network Contributor"
  principal_id         = azurerm_user_assigned_identity.cluster.principal_id
}

resource "azurerm_role_assignment" "cluster_group" {
  scope                = azurerm_resource_group.this.id
  role_definition_name = "Reader"
  principal_id         = azurerm_user_assigned_identity.cluster.principal_id
}

resource "azurerm_kubernetes_cluster" "this" {
  #checkov:skip=CKV_AZURE_117:Disks are encrypted with keys of the platform, and at the host
  #checkov:skip=CKV_AZURE_115:Its API is reached by members of operator_group alone, over Entra; a private one needs a network that reaches it
  #checkov:skip=CKV_AZURE_6:As above: identities, not addresses
  #checkov:skip=CKV_AZURE_172:Secrets are read by External Secrets, not by the CSI driver
  #checkov:skip=CKV_AZURE_232:One pool is enough for five Deployments; topology spread keeps them apart
  name                              = local.name
  resource_group_name               = azurerm_resource_group.this.name
  location                          = var.location
  dns_prefix                        = local.name
  kubernetes_version                = var.kubernetes_version
  sku_tier                          = "Standard"
  automatic_upgrade_channel         = "patch"
  node_os_upgrade_channel           = "NodeImage"
  local_account_disabled            = true
  role_based_access_control_enabled = true
  azure_policy_enabled              = true
  oidc_issuer_enabled               = true
  workload_identity_enabled         = true
  run_command_enabled               = false
  image_cleaner_enabled             = true
  image_cleaner_interval_hours      = 48
  tags                              = local.tags

  azure_active_directory_role_based_access_control {
    azure_rbac_enabled     = true
    admin_group_object_ids = [var.operator_group]
    tenant_id              = data.azurerm_client_config.current.tenant_id
  }
  identity {
    type         = "UserAssigned"
    identity_ids = [azurerm_user_assigned_identity.cluster.id]
  }
  default_node_pool {
    name                        = "general"
    vm_size                     = var.node_size
    vnet_subnet_id              = azurerm_subnet.nodes.id
    zones                       = ["1", "2", "3"]
    auto_scaling_enabled        = true
    min_count                   = var.node_count.min
    max_count                   = var.node_count.max
    max_pods                    = 60
    os_sku                      = "AzureLinux"
    os_disk_type                = "Ephemeral"
    os_disk_size_gb             = 60
    host_encryption_enabled     = true
    temporary_name_for_rotation = "rotating"
    upgrade_settings {
      max_surge = "1"
    }
  }
  # Cilium enforces the NetworkPolicies of k8s/.
  network_profile {
    network_plugin      = "azure"
    network_plugin_mode = "overlay"
    network_data_plane  = "cilium"
    network_policy      = "cilium"
    outbound_type       = "userAssignedNATGateway"
    pod_cidr            = "10.244.0.0/16"
    service_cidr        = "10.36.0.0/20"
    dns_service_ip      = "10.36.0.10"
  }
  oms_agent {
    log_analytics_workspace_id      = azurerm_log_analytics_workspace.this.id
    msi_auth_for_monitoring_enabled = true
  }
  maintenance_window_auto_upgrade {
    frequency   = "Weekly"
    interval    = 1
    day_of_week = "Sunday"
    start_time  = "06:00"
    duration    = 4
  }
  depends_on = [azurerm_role_assignment.cluster_network, azurerm_subnet_nat_gateway_association.nodes]
}

resource "azurerm_role_assignment" "images" {
  scope                            = azurerm_container_registry.this.id
  role_definition_name             = "AcrPull"
  principal_id                     = azurerm_kubernetes_cluster.this.kubelet_identity[0].object_id
  skip_service_principal_aad_check = true
}

# What has rights in Azure, and which pods have it. No pod of BCCB is among them.
locals {
  identities = {
    external-secrets = { scope = azurerm_key_vault.this.id, role = "Key Vault Secrets User" }
    cert-manager     = { scope = azurerm_dns_zone.this.id, role = "DNS Zone Contributor" }
  }
}

resource "azurerm_user_assigned_identity" "pods" {
  for_each            = local.identities
  name                = "${local.name}-${each.key}"
  resource_group_name = azurerm_resource_group.this.name
  location            = var.location
  tags                = local.tags
}

resource "azurerm_federated_identity_credential" "pods" {
  for_each            = local.identities
  name                = each.key
  resource_group_name = azurerm_resource_group.this.name
  parent_id           = azurerm_user_assigned_identity.pods[each.key].id
  issuer              = azurerm_kubernetes_cluster.this.oidc_issuer_url
  subject             = "system:serviceaccount:${each.key}:${each.key}"
  audience            = ["api://AzureADTokenExchange"]
}

resource "azurerm_role_assignment" "pods" {
  for_each             = local.identities
  scope                = each.value.scope
  role_definition_name = each.value.role
  principal_id         = azurerm_user_assigned_identity.pods[each.key].principal_id
}
