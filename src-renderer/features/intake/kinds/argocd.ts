import { type KindWords, quoted } from './kind'
import { SETTING } from './phrases'

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
          say: 'Add this to argocd-notifications-cm. The cluster has to reach the address: put the host of a tunnel or relay into it.',
          code: ({ bareUrl }) => template(bareUrl),
        },
        {
          say: 'Subscribe the applications, one by one or in the defaultTriggers of the same map. This subscribes the application checkout.',
          code: () =>
            `kubectl -n argocd annotate app checkout notifications.argoproj.io/subscribe.quarterdeck.quarterdeck=""
`,
        },
        { say: `Under ${SETTING.production} below, enter the namespaces that are.` },
      ],
    },
  ],
}

const template = (bareUrl: string) => `data:
  service.webhook.quarterdeck: |
    url: ${quoted(bareUrl)}
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
