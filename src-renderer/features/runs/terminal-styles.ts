/**
 * The terminal writes its rules into `<style>` elements, which the page's policy (`style-src 'self'`) refuses. This is
 * a document for it whose style elements hand their text to constructed style sheets instead: those are script, not
 * markup, and the policy stays whole.
 */
export function documentWithoutInlineStyles(real: Document): Document {
  return new Proxy(real, {
    get(target, name) {
      if (name === 'createElement') {
        return (tag: string) =>
          tag === 'style' ? createStyleElement(target) : target.createElement(tag)
      }
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
}

function createStyleElement(target: Document): HTMLStyleElement {
  const element = target.createElement('style')
  const sheet = new CSSStyleSheet()
  target.adoptedStyleSheets.push(sheet)
  let text = ''
  Object.defineProperty(element, 'textContent', {
    get: () => text,
    set(next: string) {
      text = next
      sheet.replaceSync(next)
    },
  })
  const remove = element.remove.bind(element)
  element.remove = () => {
    target.adoptedStyleSheets = target.adoptedStyleSheets.filter((each) => each !== sheet)
    remove()
  }
  return element
}
