import type { Dialect } from '#contract/actions'
import type { StepLanguage } from '#contract/runbooks'
import { assess, type Assessment, type Classify } from './assessment'
import { scanCode } from './code-scan'
import { classifyPowershell } from './powershell'
import { classifyShell } from './shell-walk'
import { classifySql } from './sql'
import { classifyHttp } from './http-request'

/** Tells the tier of a step's code by parsing it; never throws, and what it cannot read is `destroy`. */
export const classify: Classify = (code, language, dialect) => {
  try {
    return BY_LANGUAGE[language](code, dialect)
  } catch {
    return assess('destroy', 'this cannot be read')
  }
}

const BY_LANGUAGE: Record<StepLanguage, (code: string, dialect?: Dialect) => Assessment> = {
  sh: classifyShell,
  bash: classifyShell,
  sql: (code, dialect) => classifySql(code, classifyShell, dialect),
  powershell: classifyPowershell,
  http: classifyHttp,
  node: (code) => scanCode(code, 'node'),
  text: () => assess('read', 'text is only read'),
}
