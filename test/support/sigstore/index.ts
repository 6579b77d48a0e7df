export {
  type Build,
  claimsOf,
  githubIssuer,
  gitlabIssuer,
  releaseOnGithub,
  releaseOnGitlab,
  type Subject,
  slsa1,
  slsa02OnGithub,
  slsa02OnGitlab,
  subjectOf,
} from './builds.ts'
export { type Claims, SigstoreInstance } from './sigstore-instance.ts'
