variable "name" {
  description = "Name of the queue, and beginning of the other names."
  type        = string
  default     = "machinetrail-cloudtrail"
}

variable "region" {
  description = "Region of the bucket."
  type        = string
}

variable "bucket" {
  description = "Bucket that the trail writes to."
  type        = string
}

variable "prefix" {
  description = "What the keys of the logs begin with."
  type        = string
  default     = "AWSLogs/"
}

variable "kms_key_arn" {
  description = "Key that the trail encrypts with; empty where it uses none of its own. Its key policy has to let the role decrypt as well."
  type        = string
  default     = ""
}

variable "max_receive_count" {
  description = "Receptions after which a message goes to the dead-letter queue."
  type        = number
  default     = 5
}

variable "manage_bucket_notification" {
  description = "False where the bucket's notifications are managed elsewhere."
  type        = bool
  default     = true
}

variable "trust_policy_json" {
  description = "Who may take on the role that reads."
  type        = string
}
