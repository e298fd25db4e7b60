import { Message, sessionBus, Variant, type MessageBus } from '@jellybrick/dbus-next'
import { until } from './until.ts'

/** A tray of the test's own, as a desktop has one: the StatusNotifierWatcher that apps give their icons to. */
export interface TrayHost {
  /** The app's icon, as soon as there is one. */
  item(): Promise<TrayItem>
  dispose(): void
}

export interface TrayItem {
  tooltip(): Promise<string>
  /** Width, height and pixels of the picture. */
  picture(): Promise<{ width: number; height: number; pixels: Buffer }>
  menu(): Promise<MenuItem[]>
  click(item: MenuItem): Promise<void>
}

export interface MenuItem {
  id: number
  label: string
  isEnabled: boolean
}

const watcher = 'org.kde.StatusNotifierWatcher'
const itemInterface = 'org.kde.StatusNotifierItem'
const menuInterface = 'com.canonical.dbusmenu'

export async function startTrayHost(): Promise<TrayHost> {
  const bus = sessionBus()
  const registered: { name: string; path: string }[] = []
  bus.addMethodHandler((message: Message) => {
    const body = answerAsWatcher(message, registered)
    if (body === null) return false
    bus.send(Message.newMethodReturn(message, body.signature, body.values))
    return true
  })
  await bus.requestName(watcher)
  return {
    item: async () => {
      await until(
        'an icon in the tray',
        () => registered.length,
        (count) => count > 0,
      )
      const last = registered.at(-1)
      if (last === undefined) throw new Error('an icon was registered')
      return openItem(bus, last)
    },
    dispose: () => bus.disconnect(),
  }
}

function answerAsWatcher(message: Message, registered: { name: string; path: string }[]) {
  const [first, second] = message.body
  if (message.interface === watcher && message.member === 'RegisterStatusNotifierItem') {
    // An app names its own service, or only the path on its connection.
    const service = String(first)
    registered.push(
      service.startsWith('/')
        ? { name: message.sender, path: service }
        : { name: service, path: '/StatusNotifierItem' },
    )
    return { signature: '', values: [] }
  }
  if (message.interface === 'org.freedesktop.DBus.Properties' && first === watcher) {
    const values: Record<string, Variant> = {
      IsStatusNotifierHostRegistered: new Variant('b', true),
      ProtocolVersion: new Variant('i', 0),
      RegisteredStatusNotifierItems: new Variant('as', []),
    }
    if (message.member === 'GetAll') return { signature: 'a{sv}', values: [values] }
    return { signature: 'v', values: [values[String(second)]] }
  }
  return null
}

function openItem(bus: MessageBus, { name, path }: { name: string; path: string }): TrayItem {
  const call = async (
    on: { path: string; interface: string; member: string },
    signature: string,
    body: unknown[],
  ) => {
    const answer = await bus.call(new Message({ destination: name, ...on, signature, body }))
    return answer?.body ?? []
  }
  const property = async (member: string) => {
    const get = { path, interface: 'org.freedesktop.DBus.Properties', member: 'Get' }
    const [value] = await call(get, 'ss', [itemInterface, member])
    return (value as Variant).value
  }
  const menuPath = async () => String(await property('Menu'))
  return {
    tooltip: async () => {
      const [, , title, text] = (await property('ToolTip')) as [string, unknown, string, string]
      return `${title}\n${text}`.trim()
    },
    picture: async () => {
      const pictures = (await property('IconPixmap')) as [number, number, Buffer][]
      const [width, height, pixels] = pictures.at(-1) ?? [0, 0, Buffer.alloc(0)]
      return { width, height, pixels }
    },
    menu: async () => {
      const get = { path: await menuPath(), interface: menuInterface, member: 'GetLayout' }
      const [, layout] = await call(get, 'iias', [0, -1, []])
      const [, , children] = layout as MenuLayout
      return children.map((child) => menuItem(child.value))
    },
    click: async ({ id }) => {
      const event = { path: await menuPath(), interface: menuInterface, member: 'Event' }
      await call(event, 'isvu', [id, 'clicked', new Variant('i', 0), 0])
    },
  }
}

type MenuLayout = [id: number, properties: Record<string, Variant>, children: Variant<MenuLayout>[]]

function menuItem([id, properties]: MenuLayout): MenuItem {
  const label = String(properties['label']?.value ?? '')
  // An underscore marks a shortcut; a doubled one is itself.
  return { id, label: label.replaceAll('__', '_'), isEnabled: properties['enabled']?.value !== false }
}
