import { isPartOrCopy } from '../aws/databases.ts';
import { resourceStandard } from '../standard.ts';

interface Switch {
  readonly property: string;
  /** Values under which plain connections are taken. */
  readonly open: readonly string[];
  /** Whether plain connections are taken where nothing is said. */
  readonly byDefault: boolean;
}

/** Source: CloudFormation Template Reference, each type's page. */
const SWITCHES: Readonly<Record<string, readonly Switch[]>> = {
  'AWS::DAX::Cluster': [{ property: 'ClusterEndpointEncryptionType', open: ['NONE'], byDefault: true }],
  'AWS::ElastiCache::ReplicationGroup': [
    { property: 'TransitEncryptionEnabled', open: ['false'], byDefault: true },
    { property: 'TransitEncryptionMode', open: ['preferred'], byDefault: false },
  ],
  'AWS::Elasticsearch::Domain': [{ property: 'DomainEndpointOptions.EnforceHTTPS', open: ['false'], byDefault: true }],
  'AWS::MemoryDB::Cluster': [{ property: 'TLSEnabled', open: ['false'], byDefault: false }],
  'AWS::OpenSearchService::Domain': [
    { property: 'DomainEndpointOptions.EnforceHTTPS', open: ['false'], byDefault: true },
  ],
  'AWS::RDS::DBProxy': [{ property: 'RequireTLS', open: ['false'], byDefault: true }],
};

export default resourceStandard({
  name: 'store-tls',
  number: 61,
  title: 'Caches, search domains and database proxies refuse connections without TLS',
  why: 'Sessions, tokens and passwords lie in them, and go in the clear to whoever asks without TLS.',
  remedy:
    'Set TransitEncryptionEnabled, EnforceHTTPS, RequireTLS or TLSEnabled to true, or ClusterEndpointEncryptionType: TLS',
  source: 'ElastiCache, OpenSearch Service, DAX and RDS Developer Guides, "Encryption in transit"',
  peers:
    'cdk-nag ElastiCacheRedisClusterEncryption follows no If; cfn-lint E3704 asks it of Valkey, checkov CKV_AWS_83 of search domains',
  audience: 'everyone',
  severity: 'warning',
  applies: Object.keys(SWITCHES),
  *check({ resource }) {
    if (isPartOrCopy(resource)) return;
    for (const { property, open, byDefault } of SWITCHES[resource.type]!)
      for (const value of resource.values(property))
        if (value.is(...open) || (value.isAbsent && byDefault))
          yield { at: value, message: 'Connections without TLS are taken' };
  },
  examples: {
    good: [
      `
      Resources:
        Cache:
          Type: AWS::ElastiCache::ReplicationGroup
          Properties: { ReplicationGroupDescription: Sessions, TransitEncryptionEnabled: true }
        Secondary:
          Type: AWS::ElastiCache::ReplicationGroup
          Properties: { ReplicationGroupDescription: Sessions, GlobalReplicationGroupId: !Ref Global }
        Search:
          Type: AWS::OpenSearchService::Domain
          Properties: { DomainEndpointOptions: { EnforceHTTPS: true } }
        Durable: { Type: AWS::MemoryDB::Cluster }
        Proxy:
          Type: AWS::RDS::DBProxy
          Properties: { RequireTLS: !Ref Tls }
      Parameters:
        Global: { Type: String }
        Tls: { Type: String, Default: 'true' }
      `,
    ],
    bad: [
      `
      Resources:
        Cache: # finding
          Type: AWS::ElastiCache::ReplicationGroup
          Properties: { ReplicationGroupDescription: Sessions }
        Migrating:
          Type: AWS::ElastiCache::ReplicationGroup
          Properties:
            ReplicationGroupDescription: Sessions
            TransitEncryptionEnabled: true
            TransitEncryptionMode: preferred # finding
        Search: # finding
          Type: AWS::OpenSearchService::Domain
        Other:
          Type: AWS::OpenSearchService::Domain
          Properties:
            DomainEndpointOptions: # finding
              TLSSecurityPolicy: Policy-Min-TLS-1-2-PFS-2023-10
        Durable:
          Type: AWS::MemoryDB::Cluster
          Properties:
            TLSEnabled: false # finding
        Proxy: # finding
          Type: AWS::RDS::DBProxy
        Accelerator:
          Type: AWS::DAX::Cluster
          Properties:
            ClusterEndpointEncryptionType: NONE # finding
      `,
    ],
  },
});
