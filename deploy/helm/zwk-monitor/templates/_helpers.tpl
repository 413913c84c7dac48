{{- define "zwk.labels" -}}
app.kubernetes.io/name: zwk-monitor
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}
{{- define "zwk.selector" -}}
app.kubernetes.io/name: zwk-monitor
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}
