/**
 * Small, because the box shares its machine; durable, because what was acknowledged must survive a power cut
 * (fsync and synchronous_commit stay at their default, on).
 */
const defaults: Record<string, string> = {
  listen_addresses: '127.0.0.1',
  // The box speaks TCP with passwords only; a socket's path could grow longer than the 107 bytes allowed.
  unix_socket_directories: '',
  max_connections: '160',
  shared_buffers: '32MB',
  huge_pages: 'off',
  max_wal_size: '256MB',
  // One process less for each worker; the box has more components than queries that would profit.
  io_method: 'sync',
  max_parallel_workers_per_gather: '0',
  max_logical_replication_workers: '0',
  jit: 'off',
  log_destination: 'stderr',
  logging_collector: 'off',
  log_line_prefix: '',
  log_checkpoints: 'off',
  // The components' errors are in their own logs, with the statement's parameters left out.
  log_min_error_statement: 'panic',
}

/** @returns the arguments `-c name=value …` */
export function settingArguments(port: number, overrides: Record<string, string>): string[] {
  const settings: Record<string, string> = { ...defaults, port: String(port), ...overrides }
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}
