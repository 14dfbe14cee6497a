export { ANSWER_LIMIT_BYTES, type Answer } from './answer.ts';
export {
  answerCustomResource,
  type CustomResource,
  type Effects,
  type Made,
  type Owner,
  type Request,
} from './answer-custom-resource.ts';
export { CustomResourceError, type CustomResourceErrorCode } from './custom-resource-error.ts';
export { type Property, readProperties } from './read-properties.ts';
