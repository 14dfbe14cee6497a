/** Where a store keeps its files, and the ports it listens on. */
export interface CephPlaces {
  readonly folder: string;
  readonly monitorPort: number;
  readonly gatewayPort: number;
}

/** The gateway's name among Ceph's clients. */
export const GATEWAY = 'client.rgw.a';
/** What the objects of a test may come to; they are kept in memory. */
const MEMORY_BYTES = 2 * 1024 ** 3;

/**
 * One monitor, one store of objects in memory and one gateway, all on 127.0.0.1. Nothing is kept twice, and the
 * monitor decides at once instead of gathering changes for a second: it is up in two seconds instead of thirteen.
 * Source: Ceph documentation, "Configuration reference", "Ceph Object Gateway HTTP frontends".
 */
export function cephConfiguration({ folder, monitorPort, gatewayPort }: CephPlaces, fsid: string): string {
  return `[global]
fsid = ${fsid}
mon_host = [v2:127.0.0.1:${monitorPort}]
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
auth_cluster_required = cephx
auth_service_required = cephx
auth_client_required = cephx
keyring = ${folder}/keyring
mon_data = ${folder}/mon
osd_data = ${folder}/osd
run_dir = ${folder}/run
admin_socket = ${folder}/run/$name.asok
log_file = ${folder}/$name.log
crash_dir = ${folder}/crash
osd_objectstore = memstore
memstore_device_bytes = ${MEMORY_BYTES}
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 1
osd_pool_default_pgp_num = 1
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
mon_allow_pool_size_one = true
mon_max_pg_per_osd = 2000
paxos_propose_interval = 0.02
paxos_min_wait = 0.01

[${GATEWAY}]
rgw_frontends = beast endpoint=127.0.0.1:${gatewayPort} tcp_nodelay=1
rgw_dynamic_resharding = false
rgw_enable_usage_log = false
rgw_rados_pool_pg_num_min = 1
`;
}
