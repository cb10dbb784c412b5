import { describe, expect, test } from 'vitest'
import { SourceSettings } from '#contract/intake'
import {
  type BuildNews,
  branchOf,
  environmentIn,
  isDefaultBranch,
  pipelineSignals,
  repositoryIn,
  shaIn,
  withDeployment,
} from './work'

const AT = Date.UTC(2026, 10, 20, 10)
const build = (parts: Partial<BuildNews> = {}): BuildNews => ({
  kind: 'build',
  externalId: 'acme/shop/7',
  repository: 'acme/shop',
  title: 'Take cards',
  name: 'deploy-prod',
  state: 'succeeded',
  branch: 'main',
  attempt: 2,
  revision: 'c0ffee1',
  occurredAt: AT,
  finishedAt: AT,
  ...parts,
})

describe('a repository', () => {
  test.each([
    ['https://github.com/acme/shop.git', 'acme/shop'],
    ['https://github.com/acme/shop/', 'acme/shop'],
    ['https://token@github.com/acme/shop', 'acme/shop'],
    ['https://gitlab.example:8443/acme/web/shop.git', 'acme/web/shop'],
    ['git@github.com:acme/shop.git', 'acme/shop'],
    ['ssh://git@git.example:7999/acme/shop.git', 'acme/shop'],
    ['https://bitbucket.example/scm/acme/shop.git', 'acme/shop'],
    ['https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/shop', 'shop'],
    ['bucket/sources.zip', undefined],
    ['https://github.com/', undefined],
    [7, undefined],
  ])('of the address %s is %s', (address, repository) => {
    expect(repositoryIn(address)).toBe(repository)
  })

  test('a branch stands in a ref, and its name says whether it is the default one', () => {
    expect(branchOf('refs/heads/a/b')).toBe('a/b')
    expect(branchOf('refs/tags/v1')).toBeUndefined()
    expect([undefined, 'main', 'Master', 'maintenance'].map(isDefaultBranch)).toEqual([
      true,
      true,
      true,
      false,
    ])
  })

  test('a commit is its hash or the beginning of it', () => {
    expect(shaIn('c0ffee1')).toBe('c0ffee1')
    expect(shaIn('c0ffee')).toBeUndefined()
    expect(shaIn('main')).toBeUndefined()
  })
})

describe('a deployment', () => {
  test.each([
    ['Deploy to Staging', 'staging'],
    ['deploy-prod', 'prod'],
    ['Deploy', 'production'],
    ['latest', 'production'], // `test` inside of a word is none
    ['shop-test2', 'test'],
  ])('by %s goes to %s', (name, environment) => {
    expect(environmentIn(name)).toBe(environment)
  })

  const settings = SourceSettings.parse({ deployments: ['deploy*', '.github/deploy.yml'] })

  test('is made by a build whose name, or other name, the operator gave', () => {
    const [own, deployment] = withDeployment(build(), 'shop', settings)
    expect(own).toEqual(build())
    expect(deployment).toEqual({
      kind: 'deployment',
      externalId: 'acme/shop/7',
      repository: 'acme/shop',
      title: 'Take cards',
      service: 'shop',
      environment: 'prod',
      production: true,
      state: 'succeeded',
      revision: 'c0ffee1',
      occurredAt: AT,
      finishedAt: AT,
    })
    const ci = build({ name: 'CI' })
    expect(withDeployment(ci, 'shop', settings)).toEqual([ci])
    expect(withDeployment(ci, 'shop', settings, '.github/deploy.yml')).toHaveLength(2)
  })

  test('waits while its build does, and a build that is skipped makes none', () => {
    const [, waiting] = withDeployment(build({ state: 'queued' }), 'shop', settings)
    expect(waiting).toMatchObject({ state: 'pending' })
    expect(withDeployment(build({ state: 'skipped' }), 'shop', settings)).toHaveLength(1)
  })
})

const told = (parts: Partial<BuildNews>, isDefault = true) =>
  pipelineSignals(build({ name: 'CI', ...parts }), { service: 'shop', isDefault })

describe('a pipeline on the default branch', () => {
  test('is wrong when it fails, until it succeeds there', () => {
    const [wrong] = told({ state: 'failed', url: 'https://ci.example/7' })
    expect(wrong).toMatchObject({
      fingerprint: 'acme/shop/CI@main',
      state: 'firing',
      title: 'CI fails on main of acme/shop',
      severity: 'high',
      service: 'shop',
      labels: { repository: 'acme/shop', pipeline: 'CI', branch: 'main', revision: 'c0ffee1' },
      links: [{ url: 'https://ci.example/7' }],
      startsAt: AT,
    })
    expect(told({})).toMatchObject([
      { fingerprint: wrong!.fingerprint, state: 'resolved', endsAt: AT },
    ])
  })

  test('without a repository or a branch it is known by its name', () => {
    expect(told({ repository: undefined, branch: undefined })).toMatchObject([
      { fingerprint: 'CI', title: 'CI fails' },
    ])
  })

  test('says nothing while it runs or when it was stopped, nor on another branch', () => {
    for (const state of ['queued', 'running', 'cancelled', 'skipped'] as const)
      expect(told({ state })).toEqual([])
    expect(told({ state: 'failed' }, false)).toEqual([])
  })
})
