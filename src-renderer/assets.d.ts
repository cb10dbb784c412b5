/** Files that the bundler turns into addresses or styles. */
declare module '*.css'
declare module '*.svg' {
  export const url: string
}
