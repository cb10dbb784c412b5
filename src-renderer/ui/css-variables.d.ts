import 'react'

declare module 'react' {
  interface CSSProperties {
    /** Custom properties reach styles through the CSS object model, which the content policy allows. */
    [variable: `--${string}`]: string | number | undefined
  }
}
