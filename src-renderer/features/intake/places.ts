/** Parts of this screen, as addresses. Names of sources never begin with `_`, ids of deliveries with `dlv_`. */
export const LIVE = '_live'
export const DEAD = '_dead'
export const NEW = '_new'
export const RULES = '_rules'
export const CHANGES = '_changes'

export const isDelivery = (id: string | null): id is string => id?.startsWith('dlv_') === true
