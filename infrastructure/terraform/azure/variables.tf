variable "subscription" {
  description = "Subscription that everything belongs to."
  type        = string
}

variable "location" {
  description = "Region of everything; it has availability zones."
  type        = string
  default     = "canadacentral"
}

variable "environment" {
  description = "Name of the installation: staging or production."
  type        = string
  validation {
    condition     = contains(["staging", "production"], var.environment)
    error_message = "The environment is staging or production."
  }
}

variable "domain" {
  description = "Host name that people open; it becomes a DNS zone of its own, to which the parent zone delegates."
  type        = string
  validation {
    condition     = can(regex("^[a-z0-9-]+(\\.[a-z0-9-]+)+$", var.domain))
    error_message = "The domain is a host name in lower case, without scheme or path."
  }
}

variable "operator_group" {
  description = "Entra group whose members administer the cluster and the secrets."
  type        = string
}

variable "kubernetes_version" {
  description = "Version of the cluster; scripts/check-operations holds the manifests to several."
  type        = string
  default     = "1.32"
}

variable "node_size" {
  description = "Machines of the nodes. The AI service wants whole processors: no burstable ones."
  type        = string
  default     = "Standard_D4ds_v5"
}

variable "node_count" {
  description = "Fewest and most nodes."
  type        = object({ min = number, max = number })
  default     = { min = 3, max = 8 }
  validation {
    condition     = var.node_count.min >= 2 && var.node_count.max >= var.node_count.min
    error_message = "At least two nodes, and no fewer at most than at least."
  }
}

variable "database_sku" {
  description = "Machine of PostgreSQL."
  type        = string
  default     = "GP_Standard_D2ds_v5"
}

variable "database_storage_mb" {
  description = "Storage of PostgreSQL at first; it grows by itself."
  type        = number
  default     = 131072
}

variable "database_max_connections" {
  description = "max_connections of PostgreSQL. The annotation bccb/postgres-max-connections in k8s/components/managed-datastores says the same."
  type        = number
  default     = 200
  validation {
    condition     = var.database_max_connections >= 100
    error_message = "The pools of the default number of pods do not fit below 100."
  }
}

variable "database_replicas" {
  description = "Read replicas, for DATABASE_REPLICA_URLS."
  type        = number
  default     = 1
  validation {
    condition     = var.database_replicas >= 0 && var.database_replicas <= 5
    error_message = "From 0 to 5."
  }
}

variable "cache_sku" {
  description = "Size of Azure Managed Redis."
  type        = string
  default     = "Balanced_B1"
}

variable "backup_days" {
  description = "Days that one can go back to any moment."
  type        = number
  default     = 14
  validation {
    condition     = var.backup_days >= 7 && var.backup_days <= 35
    error_message = "From 7 to 35 days."
  }
}
