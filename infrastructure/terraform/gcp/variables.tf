variable "project" {
  description = "Project that everything belongs to."
  type        = string
}

variable "region" {
  description = "Region of everything."
  type        = string
  default     = "northamerica-northeast1"
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
  description = "Host name that people open, such as bccb.example.org; inside of `zone`."
  type        = string
  validation {
    condition     = can(regex("^[a-z0-9-]+(\\.[a-z0-9-]+)+$", var.domain))
    error_message = "The domain is a host name in lower case, without scheme or path."
  }
}

variable "zone" {
  description = "Cloud DNS zone that exists already: its name in the project, such as example-org."
  type        = string
}

variable "operator_cidrs" {
  description = "Networks that reach the Kubernetes API from outside. Empty: nobody does."
  type        = map(string)
  default     = {}
  validation {
    condition     = !contains(values(var.operator_cidrs), "0.0.0.0/0")
    error_message = "The Kubernetes API is not for the whole internet."
  }
}

variable "node_type" {
  description = "Machine type of the nodes. The AI service wants whole processors: no shared cores."
  type        = string
  default     = "n2-standard-4"
}

variable "node_count" {
  description = "Fewest and most nodes in each of the three zones."
  type        = object({ min = number, max = number })
  default     = { min = 1, max = 3 }
  validation {
    condition     = var.node_count.min >= 1 && var.node_count.max >= var.node_count.min
    error_message = "At least one node for each zone, and no fewer at most than at least."
  }
}

variable "database_tier" {
  description = "Machine of PostgreSQL."
  type        = string
  default     = "db-custom-2-8192"
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

variable "cache_gb" {
  description = "Memory of Redis."
  type        = number
  default     = 1
}

variable "audit_anchors" {
  description = "The driver for the file system of the component audit-anchors, which pods of several nodes write to."
  type        = bool
  default     = false
}

variable "backup_days" {
  description = "Daily backups that are kept; the log that leads to any moment is kept for seven days."
  type        = number
  default     = 14
  validation {
    condition     = var.backup_days >= 7
    error_message = "At least 7."
  }
}
