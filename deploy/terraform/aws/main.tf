# What machinetrail needs of AWS to read CloudTrail from S3 by SQS, and no more: a queue that the bucket's notifications go to, a queue for messages that
# cannot be worked off, and a role that reads both and the bucket (docs/sources/aws-s3-queue.md; deploy/aws has the same for CloudFormation). The trail, its bucket and its key are yours already. Formatted and parsed by
# Terraform (`terraform fmt`), not applied: no provider could be had where it was written.

terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}

locals {
  bucket_arn = "arn:${data.aws_partition.current.partition}:s3:::${var.bucket}"
}

resource "aws_sqs_queue" "dead" {
  name                      = "${var.name}-dead"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
}

resource "aws_sqs_queue" "logs" {
  name = var.name
  # As `visibility_seconds` of the source, which asks for more time while it works.
  visibility_timeout_seconds = 120
  # Longer than anybody is away: what is older is gone.
  message_retention_seconds = 1209600
  receive_wait_time_seconds = 20
  sqs_managed_sse_enabled   = true
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead.arn
    maxReceiveCount     = var.max_receive_count
  })
}

# Only this bucket of this account may write to the queue; nothing over an unencrypted connection.
data "aws_iam_policy_document" "queue" {
  statement {
    sid       = "BucketNotifies"
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.logs.arn]
    principals {
      type        = "Service"
      identifiers = ["s3.amazonaws.com"]
    }
    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [local.bucket_arn]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
  }
  statement {
    sid       = "OnlyEncrypted"
    effect    = "Deny"
    actions   = ["sqs:*"]
    resources = [aws_sqs_queue.logs.arn]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_sqs_queue_policy" "logs" {
  queue_url = aws_sqs_queue.logs.id
  policy    = data.aws_iam_policy_document.queue.json
}

# A bucket has one set of notifications: where it has some already, add this one to them and leave this resource out.
resource "aws_s3_bucket_notification" "logs" {
  count  = var.manage_bucket_notification ? 1 : 0
  bucket = var.bucket
  queue {
    queue_arn     = aws_sqs_queue.logs.arn
    events        = ["s3:ObjectCreated:*"]
    filter_prefix = var.prefix
  }
  depends_on = [aws_sqs_queue_policy.logs]
}

data "aws_iam_policy_document" "reader" {
  statement {
    sid       = "WorkOffTheQueue"
    actions   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"]
    resources = [aws_sqs_queue.logs.arn]
  }
  statement {
    sid       = "ReadLogs"
    actions   = ["s3:GetObject"]
    resources = ["${local.bucket_arn}/${var.prefix}*"]
  }
  # Without it S3 answers 403 for an object that is gone, which looks like a refused credential; s3-listing needs it too. A request for an object has
  # no prefix, so that the condition is one of listing only.
  statement {
    sid       = "ListLogs"
    actions   = ["s3:ListBucket"]
    resources = [local.bucket_arn]
    condition {
      test     = "StringLikeIfExists"
      variable = "s3:prefix"
      values   = ["${var.prefix}*"]
    }
  }
  dynamic "statement" {
    for_each = var.kms_key_arn == "" ? [] : [var.kms_key_arn]
    content {
      sid       = "DecryptLogs"
      actions   = ["kms:Decrypt"]
      resources = [statement.value]
      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = ["s3.${var.region}.${data.aws_partition.current.dns_suffix}"]
      }
    }
  }
}

resource "aws_iam_policy" "reader" {
  name   = "${var.name}-reader"
  policy = data.aws_iam_policy_document.reader.json
}

# Whoever runs machinetrail: an IRSA or Pod Identity role, an instance's role, or a role of another account with an external id.
resource "aws_iam_role" "reader" {
  name               = "${var.name}-reader"
  assume_role_policy = var.trust_policy_json
}

resource "aws_iam_role_policy_attachment" "reader" {
  role       = aws_iam_role.reader.name
  policy_arn = aws_iam_policy.reader.arn
}
