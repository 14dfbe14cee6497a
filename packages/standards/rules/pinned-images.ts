import { imagesOf, imageTypes, versionOf } from '../aws/container-images.ts';
import { resourceStandard } from '../standard.ts';

export default resourceStandard({
  name: 'pinned-images',
  number: 49,
  title: 'A container image is named by its digest',
  why: 'A tag can be moved by whoever may push; a digest is the image, and the same template always runs the same.',
  remedy: 'Name the image as repository@sha256:…',
  source:
    'ECS Developer Guide, "Best practices for Amazon ECS container images"; OCI Image Format Specification, "Digests"',
  peers: 'none',
  audience: 'house',
  severity: 'warning',
  applies: imageTypes,
  *check({ resource }) {
    for (const image of imagesOf(resource)) {
      const version = versionOf(image);
      if (version && version.by !== 'digest') yield { at: image, message: 'The image is not named by its digest' };
    }
  },
  examples: {
    good: [
      `
      Parameters:
        Image: { Type: String }
      Mappings:
        Artifacts:
          app: { Image: 'example.com/app@sha256:0123456789abcdef' }
          web: { Image: unbound }
      Resources:
        Task:
          Type: AWS::ECS::TaskDefinition
          Properties:
            ContainerDefinitions:
              - { Name: chosen, Image: !Ref Image }
              - { Name: app, Image: !FindInMap [Artifacts, app, Image] }
              - { Name: web, Image: !FindInMap [Artifacts, web, Image] }
      `,
    ],
    bad: [
      `
      Parameters:
        Tag: { Type: String }
      Resources:
        Task:
          Type: AWS::ECS::TaskDefinition
          Properties:
            ContainerDefinitions:
              - Name: web
                Image: nginx:1.29.1 # finding
              - Name: app
                Image: !Sub 'example.com/app:\${Tag}' # finding
        Job:
          Type: AWS::Batch::JobDefinition
          Properties:
            ContainerProperties:
              Image: busybox # finding
      `,
    ],
  },
});
