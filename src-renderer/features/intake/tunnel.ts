/** Carries the listener's port to the machine of the sender; the listener itself answers on this one only. */
export function tunnelCommand(url: string): string {
  const { port } = new URL(url)
  return `ssh -N -R ${port}:127.0.0.1:${port} user@host-of-the-sender`
}
