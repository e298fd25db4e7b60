import { startMiddlebox, type Middlebox } from './middlebox-process.ts'
import { hasProgram } from './run/debian-packages.ts'

export const has = {
  nginx: hasProgram('nginx'),
  haproxy: hasProgram('haproxy'),
  tinyproxy: hasProgram('tinyproxy'),
}

export interface ReverseProxyOptions {
  /** The server's own port. */
  target: number
  /** Instead of the program's default (60 s in nginx, 50 s in Debian's HAProxy), in ms. */
  idleMs?: number
}

/** The three lines that anyone writes to get a WebSocket through nginx. */
const upgradeLines = `
      proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection "upgrade";`

/**
 * Debian's nginx as a reverse proxy: its `nginx.conf` without what needs root, one `proxy_pass`, and the lines for
 * `Upgrade` unless they were forgotten.
 */
export function startNginx(options: ReverseProxyOptions & { passesUpgrade: boolean }): Promise<Middlebox> {
  const { target, idleMs, passesUpgrade } = options
  return startMiddlebox({
    // One process: nothing is left behind when it is stopped.
    command: (file, folder) => ['nginx', '-p', folder, '-e', 'stderr', '-c', file],
    configuration: (port, folder) => `
daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log stderr;
events { worker_connections 768; }
http {
  sendfile on;
  tcp_nopush on;
  types_hash_max_size 2048;
  default_type application/octet-stream;
  access_log off;
  gzip on;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://127.0.0.1:${target};${passesUpgrade ? upgradeLines : ''}
      ${idleMs === undefined ? '' : `proxy_read_timeout ${idleMs}ms; proxy_send_timeout ${idleMs}ms;`}
    }
  }
}
`,
  })
}

/** Debian's HAProxy with the `defaults` of its package, one frontend and one backend. */
export function startHaproxy({ target, idleMs = 50_000 }: ReverseProxyOptions): Promise<Middlebox> {
  return startMiddlebox({
    command: (file) => ['haproxy', '-db', '-f', file],
    configuration: (port) => `
defaults
  mode http
  option httplog
  option dontlognull
  timeout connect 5000
  timeout client ${idleMs}
  timeout server ${idleMs}
frontend console
  bind 127.0.0.1:${port}
  default_backend watchfloor
backend watchfloor
  server one 127.0.0.1:${target}
`,
  })
}

/** Debian's tinyproxy: a forward proxy that lets through who gives its login. */
export function startTinyproxy({ user, password }: { user: string; password: string }): Promise<Middlebox> {
  return startMiddlebox({
    command: (file) => ['tinyproxy', '-d', '-c', file],
    // The package allows CONNECT to 443 and 563 only; a test server has any port.
    configuration: (port) => `
Port ${port}
Listen 127.0.0.1
Timeout 600
MaxClients 100
LogLevel Info
BasicAuth ${user} ${password}
`,
  })
}
