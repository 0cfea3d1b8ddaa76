{{/* Certificates: names of Secrets, flags, files. Programs read changed files again by themselves. */}}

{{- define "rookery.tls.secret" -}}
{{ default (printf "%s-tls" (include "rookery.fullname" .)) .Values.tls.existingSecret }}
{{- end }}

{{- define "rookery.tls.isGenerated" -}}
{{- if and .Values.tls.enabled (not .Values.tls.existingSecret) (not .Values.tls.certManager.issuerRef) }}true{{ end -}}
{{- end }}

{{/* As JSON, since a template returns text. */}}
{{- define "rookery.tls.dnsNames" -}}
{{- $root := . -}}
{{- $names := list -}}
{{- range list "gateway" "tracking" "registry" "artifact" "artifact-data" -}}
{{- $name := printf "%s-%s" (include "rookery.fullname" $root) . -}}
{{- $namespaced := printf "%s.%s" $name $root.Release.Namespace -}}
{{- $full := printf "%s.svc.%s" $namespaced $root.Values.clusterDomain -}}
{{- $names = concat $names (list $name $namespaced (printf "%s.svc" $namespaced) $full) -}}
{{- if has . (list "tracking" "registry" "artifact") -}}
{{- /* Pods of the headless Services. */ -}}
{{- $names = append $names (printf "*.%s" $full) -}}
{{- end -}}
{{- end -}}
{{- concat $names (list "localhost") .Values.ingress.hosts .Values.gatewayApi.hostnames .Values.tls.extraDnsNames | uniq | toJson -}}
{{- end }}

{{/* Of a server that tracking, registry and artifact are. */}}
{{- define "rookery.tls.serverArgs" -}}
{{- if .Values.tls.enabled }}
- --tls-cert=/etc/rookery/tls/tls.crt
- --tls-key=/etc/rookery/tls/tls.key
{{- if .Values.tls.clientCertificates.enabled }}
- --tls-client-ca=/etc/rookery/tls/ca.crt
{{- end }}
{{- end }}
{{- end }}

{{- define "rookery.tls.gatewayArgs" -}}
{{- if .Values.tls.enabled }}
{{- $folder := ternary "/etc/rookery/gateway-tls" "/etc/rookery/tls" (not (empty .Values.tls.gateway.existingSecret)) }}
- --tls-cert={{ $folder }}/tls.crt
- --tls-key={{ $folder }}/tls.key
{{- if .Values.tls.clientCertificates.gateway }}
- --tls-client-ca=/etc/rookery/{{ ternary "gateway-clients" "tls" (not (empty .Values.tls.clientCertificates.gatewayCaSecret)) }}/ca.crt
{{- end }}
{{- end }}
{{- end }}

{{/* Of whoever calls the other services. */}}
{{- define "rookery.tls.channelArgs" -}}
{{- if .Values.tls.enabled }}
- --tls-ca=/etc/rookery/tls/ca.crt
{{- if .Values.tls.clientCertificates.enabled }}
- --tls-channel-cert=/etc/rookery/tls/tls.crt
- --tls-channel-key=/etc/rookery/tls/tls.key
{{- end }}
{{- end }}
{{- end }}

{{/* (list $ "tracking") */}}
{{- define "rookery.tls.mounts" -}}
{{- $tls := (index . 0).Values.tls -}}
{{- if $tls.enabled }}
- {name: tls, mountPath: /etc/rookery/tls, readOnly: true}
{{- if eq (index . 1) "gateway" }}
{{- if $tls.gateway.existingSecret }}
- {name: gateway-tls, mountPath: /etc/rookery/gateway-tls, readOnly: true}
{{- end }}
{{- if and $tls.clientCertificates.gateway $tls.clientCertificates.gatewayCaSecret }}
- {name: gateway-clients, mountPath: /etc/rookery/gateway-clients, readOnly: true}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* (list $ "tracking") */}}
{{- define "rookery.tls.volumes" -}}
{{- $root := index . 0 -}}
{{- $tls := $root.Values.tls -}}
{{- if $tls.enabled }}
- name: tls
  secret: {secretName: {{ include "rookery.tls.secret" $root }}, defaultMode: 0440}
{{- if eq (index . 1) "gateway" }}
{{- with $tls.gateway.existingSecret }}
- name: gateway-tls
  secret: {secretName: {{ . }}, defaultMode: 0440}
{{- end }}
{{- if and $tls.clientCertificates.gateway $tls.clientCertificates.gatewayCaSecret }}
- name: gateway-clients
  # The authorities alone: the Secret may hold their key.
  secret:
    secretName: {{ $tls.clientCertificates.gatewayCaSecret }}
    defaultMode: 0440
    items: [{key: ca.crt, path: ca.crt}]
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* The public certificate of the authorities, where the chart did not make it: from the values, or looked up. */}}
{{- define "rookery.tls.knownCa" -}}
{{- if .Values.tls.caCertificate -}}
{{- .Values.tls.caCertificate -}}
{{- else -}}
{{- with lookup "v1" "Secret" .Release.Namespace (include "rookery.tls.secret" .) -}}
{{- with index .data "ca.crt" }}{{ b64dec . }}{{ end -}}
{{- end -}}
{{- end -}}
{{- end }}

{{/* Whether there is the ConfigMap with it. */}}
{{- define "rookery.tls.publishesCa" -}}
{{- if .Values.tls.enabled -}}
{{- if or (include "rookery.tls.isGenerated" .) (include "rookery.tls.knownCa" .) }}true{{ end -}}
{{- end -}}
{{- end }}
