export { Flag, unless, when, whenMap } from './definition/flag.ts';
export {
  type Architecture,
  type ContainerImage,
  defineImage,
  type Image,
  type MachineImage,
  type MirroredImage,
  type PinnedReference,
} from './definition/image.ts';
export type { Value } from './definition/kinds.ts';
export {
  defineCustomResource,
  defineLambda,
  type Grant,
  LAMBDA_ARCHITECTURE,
  LAMBDA_HANDLER,
  LAMBDA_RUNTIME,
  type Lambda,
} from './definition/lambda.ts';
export { Optional } from './definition/optional.ts';
export { type Output, type Outputs, output } from './definition/output.ts';
export { type Parameter, param } from './definition/parameter.ts';
export { type Build, defineTemplate } from './definition/template.ts';
export type { Template } from './definition/upstream.ts';
export { KitError, type KitErrorCode } from './kit-error.ts';
export { decide, type PolicyRequest } from './rendering/decide.ts';
export { type Rendered, type RenderOptions, render } from './rendering/render.ts';
export {
  type ArtifactStatementsOptions,
  artifactBucketArns,
  artifactKeys,
  artifactStatements,
} from './resources/artifact-statements.ts';
export { auroraAlarms, databaseEvents, rdsAlarms } from './resources/database-alarms.ts';
export {
  ECS_INSTANCE_EGRESS,
  ECS_OPTIMIZED,
  ecsAgentMay,
  ecsUserData,
  GOVERNED_INSTANCE,
  scaleByReservation,
  serviceTroubles,
} from './resources/ecs-instances.ts';
export { ALL_PORTS, EPHEMERAL, type Flow, type Flows, networkAcl, OUTWARD } from './resources/network-acl.ts';
export type { Zone, Zones } from './resources/per-zone.ts';
export type { FunctionParts, Statement } from './resources/resources.ts';
export { serverAndClients } from './resources/server-and-clients.ts';
export { serviceLogRetention } from './resources/service-log-retention.ts';
export {
  describeSecretKey,
  enhancedMonitoring,
  forThisAccount,
  functionInVpcMay,
  logDeliveryMay,
  managedInstanceMay,
  ownArn,
  policyDocument,
  serviceMay,
} from './resources/statements.ts';
export {
  SUBNET_BITS,
  SUBNET_SLOTS,
  type SubnetTier,
  subnetRanges,
  tierRanges,
  type VpcRanges,
} from './resources/subnet-slots.ts';
export { type TierSubnetOptions, tierSubnet } from './resources/tier-subnet.ts';
export { type WebService, type WebServiceParams, webService } from './resources/web-service.ts';
export { webServiceParameters } from './resources/web-service-parameters.ts';
export type { WebContainer } from './resources/web-service-task.ts';
export { statefulTypes } from './synthesis/stateful-types.ts';
export { type Synthesised, synthesise, UNBOUND } from './synthesis/synthesise.ts';
export { toYaml } from './synthesis/yaml.ts';
