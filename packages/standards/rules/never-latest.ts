import { imagesOf, imageTypes, versionOf } from '../aws/container-images.ts';
import { resourceStandard } from '../standard.ts';

export default resourceStandard({
  name: 'never-latest',
  number: 38,
  title: 'No container runs the tag latest',
  why: 'A task that is replaced at night starts whatever was pushed last, and a rollback rolls back to the same.',
  remedy: 'Name the image by its digest, repository@sha256:…, or by a tag that is never moved',
  source: 'ECS Developer Guide, "Best practices for Amazon ECS container images"',
  peers: 'none',
  audience: 'everyone',
  severity: 'warning',
  applies: imageTypes,
  *check({ resource }) {
    for (const image of imagesOf(resource)) {
      const version = versionOf(image);
      if (version?.by === 'nothing') yield { at: image, message: 'An image without a tag is the tag latest' };
      else if (version?.by === 'tag' && version.tag === 'latest') yield { at: image, message: 'The tag latest moves' };
    }
  },
  examples: {
    good: [
      `
      Parameters:
        Image: { Type: String, Default: 'nginx:1.29.1' }
        Tag: { Type: String, Default: latest }
      Resources:
        Task:
          Type: AWS::ECS::TaskDefinition
          Properties:
            ContainerDefinitions:
              - { Name: web, Image: !Ref Image }
              - { Name: app, Image: !Sub '\${AWS::AccountId}.dkr.ecr.\${AWS::Region}.amazonaws.com/app:\${Tag}' }
              - { Name: proxy, Image: 'localhost:5000/proxy@sha256:0123456789abcdef' }
              - { Name: logs, Image: !Sub '\${Registry.RepositoryUri}' }
        Registry: { Type: AWS::ECR::Repository }
      `,
    ],
    bad: [
      `
      Parameters:
        Image: { Type: String, Default: nginx } # finding
      Resources:
        Task:
          Type: AWS::ECS::TaskDefinition
          Properties:
            ContainerDefinitions:
              - Name: web
                Image: !Ref Image
              - Name: app
                Image: !Sub '\${Registry.RepositoryUri}:latest' # finding
              - Name: proxy
                Image: registry.example.com:5000/proxy # finding
        Registry: { Type: AWS::ECR::Repository }
        Function:
          Type: AWS::Lambda::Function
          Properties:
            Code:
              ImageUri: !Join [':', [!GetAtt Registry.RepositoryUri, latest]] # finding
      `,
    ],
  },
});
