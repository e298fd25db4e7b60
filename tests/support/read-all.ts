/** Reads a paged list (`{items, next}`) to its end. */
export async function readAll<T>(url: string, token: string): Promise<T[]> {
  const items: T[] = []
  let after: string | null = null
  do {
    const address = new URL(url)
    address.searchParams.set('limit', '1000')
    if (after !== null) address.searchParams.set('after', after)
    const response = await fetch(address, { headers: { authorization: `Bearer ${token}` } })
    if (!response.ok) throw new Error(`${address} answered ${response.status}: ${await response.text()}`)
    const page = (await response.json()) as { items: T[]; next: string | null }
    items.push(...page.items)
    after = page.next
  } while (after !== null)
  return items
}
