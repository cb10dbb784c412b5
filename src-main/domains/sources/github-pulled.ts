import { github } from './github'
import type { Reading, SourceRequest } from './source'
import { valueAt } from './values'

/** A record of GitHub's REST API beside its repository, as its webhook would tell it; the event stands in the header. */
export function readPulled(request: SourceRequest): Reading {
  const { body, headers } = request
  const what = headers['x-quarterdeck-pulled'] ?? ''
  const event = what === 'commits' ? 'push' : what
  return github.read({
    ...request,
    contentType: 'application/json',
    headers: { ...headers, 'x-github-event': event },
    body: what === 'commits' ? toPush(body) : body,
  })
}

function toPush(body: unknown) {
  const commits = valueAt(body, 'commits')
  return {
    ref: `refs/heads/${String(valueAt(body, 'branch'))}`,
    repository: valueAt(body, 'repository'),
    commits: Array.isArray(commits) ? commits.map(toCommit) : [],
  }
}

function toCommit(row: unknown) {
  const commit = valueAt(row, 'commit')
  const author = valueAt(commit, 'author')
  return {
    id: valueAt(row, 'sha'),
    message: valueAt(commit, 'message'),
    timestamp: valueAt(author, 'date'),
    url: valueAt(row, 'html_url'),
    author: {
      username: valueAt(valueAt(row, 'author'), 'login'),
      name: valueAt(author, 'name'),
    },
  }
}
