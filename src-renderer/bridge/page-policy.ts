/** As much of the browser's Trusted Types as is used; TypeScript's own library does not know them yet. */
interface TrustedTypes {
  createPolicy(name: string, rules: { createHTML(text: string): string | null }): unknown
}

/**
 * Lets libraries live with the page's policy, which allows neither inline styles nor HTML from text: a `<style>` made by
 * script becomes a sheet that the document adopts, and emptying an element by `innerHTML = ''` stays possible. HTML with
 * anything in it is still refused. Called once, before anything is drawn.
 */
export function obeyPagePolicy(): void {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes }
  trustedTypes?.createPolicy('default', { createHTML: (text) => (text === '' ? '' : null) })
  if (customElements.get(ADOPTED)) return
  customElements.define(ADOPTED, createAdoptedStyle())
  const create = document.createElement.bind(document)
  document.createElement = (name: string, options?: ElementCreationOptions) =>
    create(name.toLowerCase() === 'style' ? ADOPTED : name, options)
}

const ADOPTED = 'adopted-style'

/** Looks like a `<style>` to whoever made it: its text is its rules, for as long as it is in the document. */
function createAdoptedStyle() {
  return class extends HTMLElement {
    readonly #sheet = new CSSStyleSheet()
    readonly #changes = new MutationObserver(() => this.#read())

    connectedCallback(): void {
      this.hidden = true
      this.#read()
      this.#changes.observe(this, { childList: true, characterData: true, subtree: true })
      document.adoptedStyleSheets.push(this.#sheet)
    }

    disconnectedCallback(): void {
      this.#changes.disconnect()
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter(
        (sheet) => sheet !== this.#sheet,
      )
    }

    override get textContent(): string {
      return super.textContent ?? ''
    }

    /** At once, not with the next mutation: whoever sets rules may measure right after. */
    override set textContent(text: string) {
      super.textContent = text
      this.#read()
    }

    #read(): void {
      this.#sheet.replaceSync(super.textContent ?? '')
    }
  }
}
