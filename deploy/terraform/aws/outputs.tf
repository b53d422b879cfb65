output "queue_url" {
  description = "As `queue_url` of a source of the kind s3-queue."
  value       = aws_sqs_queue.logs.id
}

output "dead_letter_queue_url" {
  description = "What could not be worked off; alarm on its depth."
  value       = aws_sqs_queue.dead.id
}

output "reader_role_arn" {
  description = "As `assume_role.arn` of the source, or as the annotation of the pod's service account."
  value       = aws_iam_role.reader.arn
}
