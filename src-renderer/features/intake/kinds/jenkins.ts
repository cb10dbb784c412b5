import { type KindWords, quoted } from './kind'
import { doesNotSign, SETTING, thisAddress } from './phrases'

const NAME_DEPLOYMENTS = {
  say: `Under ${SETTING.deployments} below, name the jobs that deploy, such as deploy-*.`,
}

export const jenkins: KindWords = {
  title: 'Jenkins',
  group: 'changes',
  about:
    'Builds of every job, deployments of those you name; a ticket when the default branch fails.',
  settings: ['deployments', 'production'],
  setups: [
    {
      title: 'Notification plugin',
      about: doesNotSign('The plugin', 'address'),
      steps: [
        { say: 'Open Manage Jenkins › Plugins › Available plugins and install “Notification”.' },
        {
          say: 'In the job open Configure › Job Notifications › Add Endpoint. Format: JSON. Protocol: HTTP. Event: Job Finalized, or All Events.',
        },
        thisAddress('URL'),
        NAME_DEPLOYMENTS,
      ],
    },
    {
      title: 'Pipeline',
      about:
        'Without the plugin: a step at the end of a Jenkinsfile, with the HTTP Request plugin.',
      steps: [
        {
          say: 'Keep the token as a secret text credential with the ID quarterdeck-token.',
          code: ({ token }) => token,
        },
        {
          say: 'Add this to the pipeline.',
          code: ({ bareUrl }) =>
            `post {
  always {
    withCredentials([string(credentialsId: 'quarterdeck-token', variable: 'QD_TOKEN')]) {
      httpRequest httpMode: 'POST', contentType: 'APPLICATION_JSON', url: ${quoted(bareUrl)},
        customHeaders: [[name: 'X-Quarterdeck-Token', value: QD_TOKEN, maskValue: true]],
        requestBody: groovy.json.JsonOutput.toJson([
          name: env.JOB_NAME, url: "job/\${env.JOB_NAME}/",
          build: [
            number: currentBuild.number, phase: 'FINALIZED', status: currentBuild.currentResult,
            full_url: env.BUILD_URL, timestamp: currentBuild.startTimeInMillis, duration: currentBuild.duration,
            scm: [url: env.GIT_URL, branch: env.GIT_BRANCH, commit: env.GIT_COMMIT],
          ],
        ])
    }
  }
}
`,
        },
        NAME_DEPLOYMENTS,
      ],
    },
  ],
}
