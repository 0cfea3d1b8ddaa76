{{/* Flags that say whose tokens are taken, the same for all four programs, and the files that they name. */}}

{{- define "rookery.auth.asksForTokens" -}}
{{- if or .Values.auth.entra.tenants .Values.auth.issuers }}true{{ end -}}
{{- end }}

{{/* Whether keys are fetched from the network. */}}
{{- define "rookery.auth.fetchesKeys" -}}
{{- if .Values.auth.entra.tenants }}true{{ end -}}
{{- range .Values.auth.issuers }}{{ if hasPrefix "https://" (default "" .keys) }}true{{ end }}{{ end -}}
{{- end }}

{{- define "rookery.auth.args" -}}
{{- $auth := .Values.auth -}}
{{- with $auth.entra.tenants }}
- --entra-tenant={{ join "," . }}
{{- end }}
{{- with $auth.issuers }}
{{- $issuers := list }}
{{- $keys := list }}
{{- range $index, $each := . }}
{{- $issuers = append $issuers $each.issuer }}
{{- with $each.keysConfigMap }}
{{- $keys = append $keys (printf "/etc/rookery/token-keys-%d/%s" $index .key) }}
{{- else }}
{{- $keys = append $keys $each.keys }}
{{- end }}
{{- end }}
- --token-issuer={{ join "," $issuers }}
- --token-keys={{ join "," $keys }}
{{- end }}
{{- with $auth.tenants }}
- --token-tenant={{ join "," . }}
{{- end }}
{{- with $auth.audiences }}
- --token-audience={{ join "," . }}
{{- end }}
{{- with $auth.apps }}
- --token-app={{ join "," . }}
{{- end }}
{{- if $auth.keysCaConfigMap.name }}
- --token-keys-ca=/etc/rookery/token-keys-ca/{{ $auth.keysCaConfigMap.key }}
{{- end }}
{{- if $auth.allowAzureManagement }}
- --token-allow-azure-management
{{- end }}
{{- if $auth.insecureAllowUnauthenticated }}
- --insecure-allow-unauthenticated
{{- end }}
{{- end }}

{{/* Whole ConfigMaps, no single files: those would not follow a change. */}}
{{- define "rookery.auth.mounts" -}}
{{- range $index, $each := .Values.auth.issuers }}
{{- if $each.keysConfigMap }}
- {name: token-keys-{{ $index }}, mountPath: /etc/rookery/token-keys-{{ $index }}, readOnly: true}
{{- end }}
{{- end }}
{{- if .Values.auth.keysCaConfigMap.name }}
- {name: token-keys-ca, mountPath: /etc/rookery/token-keys-ca, readOnly: true}
{{- end }}
{{- end }}

{{- define "rookery.auth.volumes" -}}
{{- range $index, $each := .Values.auth.issuers }}
{{- with $each.keysConfigMap }}
- name: token-keys-{{ $index }}
  configMap: {name: {{ .name }}}
{{- end }}
{{- end }}
{{- with .Values.auth.keysCaConfigMap.name }}
- name: token-keys-ca
  configMap: {name: {{ . }}}
{{- end }}
{{- end }}
