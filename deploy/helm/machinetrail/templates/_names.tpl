{{- define "machinetrail.name" -}}
{{- printf "%s-machinetrail" .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- end -}}

{{- define "machinetrail.selector" -}}
app.kubernetes.io/name: machinetrail
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "machinetrail.labels" -}}
{{ include "machinetrail.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "machinetrail.scheme" -}}
{{- if dig "tls" "" .Values.config.http }}HTTPS{{ else }}HTTP{{ end -}}
{{- end -}}

{{- define "machinetrail.port" -}}
{{- regexFind "[0-9]+$" .Values.config.http.listen -}}
{{- end -}}
