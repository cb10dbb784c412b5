import { type KindWords, quoted } from './kind'

export const argocd: KindWords = {
  title: 'Argo CD',
  group: 'changes',
  about: 'Syncs as deployments; a ticket when one fails or an application is degraded.',
  settings: ['production'],
  setups: [
    {
      title: 'Notifications',
      about:
        'Argo CD has no body of its own: this template is what is read. It names the method, because the default is GET, and its trigger tells a rollback, which the usual one hides.',
      steps: [
        {
          say: 'Keep the token in argocd-notifications-secret.',
          code: ({ token }) =>
            `kubectl -n argocd patch secret argocd-notifications-secret --type merge -p '{"stringData":{"quarterdeck-token":${quoted(token)}}}'
`,
        },
        {
          say: 'Add this to argocd-notifications-cm. The address has to be reachable from the cluster: carry the port there, or put a relay before it.',
          code: ({ bareUrl }) => TEMPLATE.replace('ADDRESS', bareUrl),
        },
        {
          say: 'Subscribe the applications, one by one or in the defaultTriggers of the same map.',
          code: () =>
            `kubectl -n argocd annotate app YOUR-APP notifications.argoproj.io/subscribe.quarterdeck.quarterdeck=""
`,
        },
        { say: 'Which namespaces are production stands in the settings below.' },
      ],
    },
  ],
}

const TEMPLATE = `data:
  service.webhook.quarterdeck: |
    url: ADDRESS
    headers:
      - name: Content-Type
        value: application/json
      - name: X-Quarterdeck-Token
        value: $quarterdeck-token
  template.quarterdeck: |
    webhook:
      quarterdeck:
        method: POST
        body: |
          {
            "source": "argocd",
            "trigger": "{{.context.trigger | default "quarterdeck"}}",
            "app": {
              "name": {{toJson .app.metadata.name}}, "uid": {{toJson .app.metadata.uid}},
              "namespace": {{toJson .app.metadata.namespace}}, "project": {{toJson .app.spec.project}},
              "repoURL": {{toJson .app.spec.source.repoURL}},
              "destination": {{toJson .app.spec.destination}}
            },
            "revision": {{toJson .app.status.operationState.syncResult.revision}},
            "phase": {{toJson .app.status.operationState.phase}},
            "health": {{toJson .app.status.health.status}},
            "sync": {{toJson .app.status.sync.status}},
            "message": {{toJson .app.status.operationState.message}},
            "startedAt": {{toJson .app.status.operationState.startedAt}},
            "finishedAt": {{toJson .app.status.operationState.finishedAt}},
            "url": "{{.context.argocdUrl}}/applications/{{.app.metadata.name}}"
          }
  trigger.quarterdeck: |
    - when: app.status.operationState.phase in ['Succeeded', 'Failed', 'Error', 'Running']
      oncePer: app.status.operationState.startedAt + '/' + app.status.operationState.phase
      send: [quarterdeck]
    - when: app.status.health.status == 'Degraded'
      oncePer: app.status.operationState.startedAt + '/' + app.status.health.status
      send: [quarterdeck]
`
