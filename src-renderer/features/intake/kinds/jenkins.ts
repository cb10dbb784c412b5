import type { KindWords } from './kind'

export const jenkins: KindWords = {
  title: 'Jenkins',
  group: 'changes',
  about:
    'Builds of every job, deployments of those you name; a ticket when the default branch fails.',
  settings: ['deployments', 'production'],
  setups: [
    {
      title: 'Notification plugin',
      about: 'The plugin signs nothing: the token in the address is the proof.',
      steps: [
        { say: 'Manage Jenkins › Plugins › Available: install “Notification”.' },
        { say: 'In the job: Configure › Job Notifications › Add Endpoint.' },
        {
          say: 'Format JSON, Protocol HTTP, Event “Job Finalized” (or All Events), URL:',
          code: ({ url }) => url,
        },
        { say: 'Name the jobs that deploy in the settings below, such as deploy-*.' },
      ],
    },
    {
      title: 'Pipeline',
      about:
        'Without the plugin: a step at the end of a Jenkinsfile, with the HTTP Request plugin.',
      steps: [
        {
          say: 'Keep the token as a secret text credential called quarterdeck-token.',
          code: ({ token }) => token,
        },
        {
          say: 'Add this to the pipeline.',
          code: ({ bareUrl }) =>
            `post {
  always {
    withCredentials([string(credentialsId: 'quarterdeck-token', variable: 'QD_TOKEN')]) {
      httpRequest httpMode: 'POST', contentType: 'APPLICATION_JSON', url: '${bareUrl}',
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
      ],
    },
  ],
}
