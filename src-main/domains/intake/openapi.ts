import { SourceKind } from '#contract/intake'

const text = { type: 'string' } as const
const json = (schema: object) => ({ content: { 'application/json': { schema } } })
const problem = (description: string, more: object = {}) => ({
  description,
  ...json({ $ref: '#/components/schemas/Problem' }),
  ...more,
})
const RETRY = {
  headers: { 'Retry-After': { schema: { type: 'integer' }, description: 'seconds' } },
}

const RESPONSES = {
  200: { description: 'On disk; the sender is answered in its own format (Salesforce).' },
  202: {
    description: 'On disk. It is read at once, and shown in Intake with what became of it.',
    ...json({ $ref: '#/components/schemas/Kept' }),
  },
  400: problem('The body cannot be unpacked, decoded or parsed. It is kept as a dead letter.'),
  401: problem('The token or the signature is wrong.'),
  403: problem('The source is switched off, or the request comes from a web page.'),
  404: problem('There is no such source.'),
  413: problem('The body is larger than this kind of source may send.'),
  415: problem('A body of this type cannot be read. It is kept as a dead letter.'),
  429: problem('This source sends more than it may: come back later.', RETRY),
  503: problem('It could not be kept here: send it again.', RETRY),
}

const SOURCE = {
  name: 'source',
  in: 'path',
  required: true,
  description: `The name of the source, which an operator chose. Its kind is one of: ${SourceKind.options.join(', ')}.`,
  schema: { ...text, pattern: '^[a-z][a-z0-9-]*$', maxLength: 60 },
}
const TOKEN = {
  name: 'token',
  in: 'path',
  required: true,
  description: 'The token of the source, from Intake.',
  schema: text,
}

function path(parameters: readonly object[], security: readonly object[]) {
  const deliver = (method: string) => ({
    operationId: `${method}Delivery${parameters.length === 2 ? 'ByAddress' : 'ByHeader'}`,
    summary: 'Deliver what the source sends, signed as it signs',
    security,
    requestBody: { required: true, content: { '*/*': { schema: {} } } },
    responses: RESPONSES,
  })
  return {
    parameters,
    post: deliver('post'),
    put: deliver('put'),
    head: {
      summary: 'Is there somebody at this address?',
      security,
      responses: { 200: { description: 'yes' }, 401: { description: 'wrong token' } },
    },
    options: {
      summary: 'The handshake of the CloudEvents webhook specification',
      security,
      responses: { 200: { description: 'may send' }, 405: { description: 'not needed here' } },
    },
  }
}

/** The listener as OpenAPI 3.1, https://spec.openapis.org/oas/v3.1.0; held against its routes by a test. */
export function describeListener(version: string) {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Quarterdeck intake',
      version,
      description:
        'Where sources deliver. A 2xx means that the delivery is on disk. Whatever is sent twice opens one ticket.',
    },
    paths: {
      '/hooks/{source}/{token}': path([SOURCE, TOKEN], []),
      '/hooks/{source}': path([SOURCE], [{ bearer: [] }, { header: [] }]),
      '/openapi.json': {
        get: { summary: 'This description', responses: { 200: { description: 'OpenAPI 3.1' } } },
      },
    },
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        header: { type: 'apiKey', in: 'header', name: 'X-Quarterdeck-Token' },
      },
      schemas: {
        Kept: {
          type: 'object',
          required: ['delivery', 'status'],
          properties: { delivery: text, status: { enum: ['stored', 'duplicate'] } },
        },
        Problem: {
          type: 'object',
          required: ['error', 'message'],
          properties: { error: text, message: text, delivery: text },
        },
      },
    },
  }
}
