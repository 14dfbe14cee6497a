import { resourceStandard } from '../standard.ts';

/** Types that say whether they can be reached from outside of their VPC. */
const ACCESSIBLE = [
  'AWS::AmazonMQ::Broker',
  'AWS::DMS::ReplicationInstance',
  'AWS::Lightsail::Database',
  'AWS::Neptune::DBInstance',
  'AWS::RDS::DBCluster',
  'AWS::RDS::DBInstance',
  'AWS::Redshift::Cluster',
  'AWS::RedshiftServerless::Workgroup',
];
/** Of these, the type that can, where it says nothing. */
const OPEN_BY_DEFAULT = 'AWS::DMS::ReplicationInstance';
const CLUSTER = 'AWS::MSK::Cluster';
const BROKERS = 'BrokerNodeGroupInfo.ConnectivityInfo.PublicAccess.Type';

export default resourceStandard({
  name: 'no-public-databases',
  number: 27,
  title: 'No database, broker or replicator has a public address',
  why: 'A password is then all that stands between the data and the world, and one wrong security group is enough.',
  remedy: 'Set PubliclyAccessible: false, and reach it from inside the VPC, through Session Manager or a VPN',
  source: 'RDS User Guide, "Hiding a DB instance in a VPC from the internet"; the page of each type',
  peers: "cdk-nag RDSInstancePublicAccess (NIST, HIPAA and PCI packs) and CDK's W9011 look at RDS instances alone",
  audience: 'everyone',
  severity: 'error',
  applies: [...ACCESSIBLE, CLUSTER],
  *check({ resource }) {
    for (const access of resource.values(resource.type === CLUSTER ? BROKERS : 'PubliclyAccessible')) {
      if (access.is('true', 'SERVICE_PROVIDED_EIPS')) yield { at: access, message: 'It gets a public address' };
      else if (access.isAbsent && resource.type === OPEN_BY_DEFAULT)
        yield { at: access, message: 'It gets a public address by default' };
    }
  },
  examples: {
    good: [
      `
      Resources:
        Database:
          Type: AWS::RDS::DBInstance
          Properties: { PubliclyAccessible: false }
        Silent: { Type: AWS::RDS::DBInstance }
        Replicator:
          Type: AWS::DMS::ReplicationInstance
          Properties: { PubliclyAccessible: false }
      `,
    ],
    bad: [
      `
      Parameters:
        Public: { Type: String, Default: 'true' } # finding
      Resources:
        Database: { Type: AWS::RDS::DBInstance, Properties: { PubliclyAccessible: !Ref Public } }
        Cluster: { Type: AWS::RDS::DBCluster, Properties: { PubliclyAccessible: true } } # finding
        Graph: { Type: AWS::Neptune::DBInstance, Properties: { PubliclyAccessible: true } } # finding
        Warehouse: { Type: AWS::Redshift::Cluster, Properties: { PubliclyAccessible: 'true' } } # finding
        Workgroup: { Type: AWS::RedshiftServerless::Workgroup, Properties: { PubliclyAccessible: true } } # finding
        Small: { Type: AWS::Lightsail::Database, Properties: { PubliclyAccessible: true } } # finding
        Broker: { Type: AWS::AmazonMQ::Broker, Properties: { PubliclyAccessible: true } } # finding
        Replicator: # finding
          Type: AWS::DMS::ReplicationInstance
          Properties: { ReplicationInstanceClass: dms.t3.small }
        Stream:
          Type: AWS::MSK::Cluster
          Properties:
            BrokerNodeGroupInfo:
              ConnectivityInfo:
                PublicAccess:
                  Type: SERVICE_PROVIDED_EIPS # finding
      `,
    ],
  },
});
