import type { StepLanguage } from '#contract/runbooks'
import { commandsInShell } from './shell-walk'

/**
 * The words of each command that code runs, for rules that name programs and words. Shell by its grammar, wrapped commands
 * also without their wrapper; other languages as one list of words. Never throws.
 */
export function commandsOf(code: string, language: StepLanguage): string[][] {
  if (language !== 'sh' && language !== 'bash') return [code.split(/[\s(),;]+/).filter(Boolean)]
  try {
    return commandsInShell(code)
  } catch {
    return []
  }
}
