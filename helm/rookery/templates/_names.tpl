{{/* Names, labels and images. The context is the root, unless it says otherwise. */}}

{{- define "rookery.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- $full := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{- /* 40, so that what is put behind it stays within 63. */ -}}
{{- default $full .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- end }}

{{- define "rookery.serviceAccountName" -}}
{{- ternary (default (include "rookery.fullname" .) .Values.serviceAccount.name) (default "default" .Values.serviceAccount.name) .Values.serviceAccount.create -}}
{{- end }}

{{/* (list $ "tracking"): what Services, policies and budgets select by. Never changes in a release. */}}
{{- define "rookery.selector" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: {{ default $root.Chart.Name $root.Values.nameOverride | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end }}

{{/* (list $ "tracking"): labels of pods. Without the chart's version, so that a new chart alone restarts nothing. */}}
{{- define "rookery.podLabels" -}}
{{- $root := index . 0 -}}
{{ include "rookery.selector" . }}
app.kubernetes.io/part-of: rookery
{{- with $root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- with $root.Values.podLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* (list $ "tracking"): labels of everything else. */}}
{{- define "rookery.labels" -}}
{{- $root := index . 0 -}}
{{ include "rookery.selector" . }}
app.kubernetes.io/part-of: rookery
app.kubernetes.io/version: {{ default $root.Chart.AppVersion $root.Values.image.tag | quote }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- with $root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* (list $ "tracking" "name"): metadata of an object of the component. */}}
{{- define "rookery.metadata" -}}
name: {{ index . 2 }}
namespace: {{ (index . 0).Release.Namespace }}
labels:
  {{- include "rookery.labels" . | nindent 2 }}
{{- end }}

{{/* (list $ "rookery-tracking") */}}
{{- define "rookery.image" -}}
{{- $image := (index . 0).Values.image -}}
{{- $name := index . 1 -}}
{{- with $image.registry }}{{ trimSuffix "/" . }}/{{ end -}}
{{- $name -}}
{{- with index $image.digests $name -}}
@{{ . }}
{{- else -}}
:{{ default (index $ 0).Chart.AppVersion $image.tag }}
{{- end -}}
{{- end }}

{{/* (list $ PORT): an address to listen on. */}}
{{- define "rookery.listen" -}}
{{- $host := (index . 0).Values.listenAddress -}}
{{ ternary (printf "[%s]" $host) $host (contains ":" $host) }}:{{ index . 1 }}
{{- end }}

{{/* (list $ "tracking" PORT): how the other parts call a service. Its short name, which the resolver's first search
     domain completes: a longer one would take more questions. */}}
{{- define "rookery.address" -}}
{{ include "rookery.fullname" (index . 0) }}-{{ index . 1 }}:{{ index . 2 }}
{{- end }}

{{/* Where clients of the cluster find the gateway. */}}
{{- define "rookery.gatewayUrl" -}}
{{ ternary "https" "http" .Values.tls.enabled }}://{{ include "rookery.fullname" . }}-gateway.{{ .Release.Namespace }}.svc:{{ .Values.gateway.service.port }}
{{- end }}

{{/* A list of texts, some of them nil: their lines, without the empty ones. */}}
{{- define "rookery.lines" -}}
{{- $lines := list -}}
{{- range . -}}
{{- range splitList "\n" (default "" .) -}}
{{- if trim . }}{{ $lines = append $lines . }}{{ end -}}
{{- end -}}
{{- end -}}
{{- join "\n" $lines -}}
{{- end }}

{{/* The same for args: each line is one, quoted, whatever characters values hold. */}}
{{- define "rookery.args" -}}
{{- $args := list -}}
{{- range splitList "\n" (include "rookery.lines" .) -}}
{{- $args = append $args (printf "- %s" (trimPrefix "- " . | quote)) -}}
{{- end -}}
{{- join "\n" $args -}}
{{- end }}
