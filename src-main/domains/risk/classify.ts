import { assess, type Assessment, type Classify } from './assessment'
import { scanCode } from './code-scan'
import { classifyPowershell } from './powershell'
import { classifyShell } from './shell-walk'
import { classifySql } from './sql'
import { classifyHttp } from './web-commands'

/** Tells the tier of a step's code by parsing it; never throws, and what it cannot read is `destroy`. */
export const classify: Classify = (code, language) => {
  try {
    return byLanguage(code, language)
  } catch {
    return assess('destroy', 'this cannot be read')
  }
}

function byLanguage(code: string, language: Parameters<Classify>[1]): Assessment {
  switch (language) {
    case 'sh':
    case 'bash':
      return classifyShell(code)
    case 'sql':
      return classifySql(code, classifyShell)
    case 'powershell':
      return classifyPowershell(code)
    case 'http':
      return classifyHttp(code)
    case 'node':
      return scanCode(code, 'node')
    case 'text':
      return assess('read', 'text is only read')
  }
}
