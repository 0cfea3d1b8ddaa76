{{/* How programs reach PostgreSQL. Secrets come by environment variables, and everything else by flags. */}}

{{- define "rookery.postgresql.secret" -}}
{{ default (printf "%s-postgresql" (include "rookery.fullname" .)) .Values.postgresql.existingSecret }}
{{- end }}

{{- define "rookery.postgresql.image" -}}
{{- with .Values.postgresql.image -}}
{{- with .registry }}{{ . }}/{{ end }}{{ .repository }}{{ if .digest }}@{{ .digest }}{{ else }}:{{ .tag }}{{ end }}
{{- end -}}
{{- end }}

{{- define "rookery.database.env" -}}
{{- if .Values.postgresql.enabled }}
- name: ROOKERY_BACKEND_STORE_URI
  value: postgresql://{{ .Values.postgresql.user }}@{{ include "rookery.address" (list . "postgresql" 5432) }}/{{ .Values.postgresql.database }}
# libpq's own variable, so that no character of the password needs to be written as %40 and the like.
- name: PGPASSWORD
  valueFrom:
    secretKeyRef: {name: {{ include "rookery.postgresql.secret" . }}, key: {{ .Values.postgresql.passwordKey }}}
{{- else }}
- name: ROOKERY_BACKEND_STORE_URI
  valueFrom:
    secretKeyRef: {name: {{ .Values.database.existingSecret }}, key: {{ .Values.database.key }}}
{{- if .Values.database.caConfigMap.name }}
# libpq's, which parameters of the URI override.
- {name: PGSSLMODE, value: verify-full}
- {name: PGSSLROOTCERT, value: /etc/rookery/database-ca/{{ .Values.database.caConfigMap.key }}}
{{- end }}
{{- end }}
{{- end }}

{{- define "rookery.database.mounts" }}
{{- if and .Values.database.caConfigMap.name (not .Values.postgresql.enabled) }}
- {name: database-ca, mountPath: /etc/rookery/database-ca, readOnly: true}
{{- end }}
{{- end }}

{{- define "rookery.database.volumes" }}
{{- if and .Values.database.caConfigMap.name (not .Values.postgresql.enabled) }}
- name: database-ca
  configMap: {name: {{ .Values.database.caConfigMap.name }}}
{{- end }}
{{- end }}

{{/* A program that finds no database at its start ends, and Kubernetes would wait longer each time before it starts it
     again. The database of this release comes up beside its users, so they wait for it. */}}
{{- define "rookery.database.wait" -}}
{{- if .Values.postgresql.enabled }}
- name: wait-for-postgresql
  image: {{ include "rookery.postgresql.image" . }}
  imagePullPolicy: {{ .Values.postgresql.image.pullPolicy }}
  command: [sh, -c, 'until pg_isready --quiet --host "$0" --username "$1"; do sleep 1; done']
  # The user is named since libpq else looks for one in the image with the container's number.
  args: [{{ include "rookery.fullname" . }}-postgresql, {{ .Values.postgresql.user }}]
  {{- include "rookery.containerSecurity" . | nindent 2 }}
  resources:
    requests: {cpu: 10m, memory: 16Mi}
    limits: {memory: 64Mi}
{{- end }}
{{- end }}

{{/* (list $ "namespace's Secret"): changes when the Secret does, and tells nothing of what is in it. Empty where nothing
     can be looked up. */}}
{{- define "rookery.secretVersion" -}}
{{- with lookup "v1" "Secret" (index . 0).Release.Namespace (index . 1) -}}
{{ .metadata.resourceVersion }}
{{- end -}}
{{- end }}

{{/* A changed URI is a new environment: pods must start again. */}}
{{- define "rookery.database.annotations" -}}
{{- if not .Values.postgresql.enabled }}
{{- with include "rookery.secretVersion" (list . .Values.database.existingSecret) }}
rookery/database-secret-version: {{ . | quote }}
{{- end }}
{{- end }}
{{- end }}
