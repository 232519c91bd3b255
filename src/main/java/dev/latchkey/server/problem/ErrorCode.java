package dev.latchkey.server.problem;

/**
 * Every error code of the contract, with its HTTP status and its fixed message.
 *
 * <p>If several apply to one body, the response has the first in this order.
 */
public enum ErrorCode {
    INVALID_REQUEST(400, "Invalid request. The request could not be understood."),
    INVALID_PASSWORD(400, "The provided password does not meet the requirements."),
    INVALID_AGE(400, "Invalid age value. Age must be a positive integer."),
    GENDER_REQUIRED(400, "Gender field is required. Please specify the gender (e.g., male, female, non-binary)."),
    USERNAME_EXISTS(409, "The provided username is already taken. Please choose a different username."),
    EMAIL_EXISTS(409, "The provided email is already registered. Please use a different email address."),

    MISSING_FIELDS(400, "Missing fields. Please provide both username and password."),
    INVALID_CREDENTIALS(401, "Invalid credentials. The provided username or password is incorrect."),

    INVALID_TOKEN(401, "Invalid access token provided."),
    INVALID_REFRESH_TOKEN(401, "Invalid refresh token provided."),
    INVALID_CODE(400, "This code or link is wrong, expired or used up. Please ask for a new one."),
    EMAIL_NOT_VERIFIED(
            403, "This e-mail address is not confirmed yet. Please open the link in the message that was sent to it."),
    REAUTHENTICATION_REQUIRED(403, "Please log in again to do this."),
    INVALID_KEY(400, "The provided key is not valid or missing."),
    INVALID_VALUE(400, "The provided value is not valid or missing."),
    KEY_EXISTS(409, "The provided key already exists in the database."),
    KEY_NOT_FOUND(404, "The provided key does not exist in the database."),
    PRECONDITION_FAILED(412, "The entry is not in the state that the request demands."),
    CHANGES_GONE(410, "The changes since this revision are not known any more. Please read all data anew."),
    QUOTA_EXCEEDED(403, "This would exceed the storage quota."),
    IDEMPOTENCY_KEY_REUSED(422, "This Idempotency-Key was used for another request."),

    NOT_FOUND(404, "There is nothing at this path."),
    METHOD_NOT_ALLOWED(405, "This method is not allowed here. The Allow header names the ones that are."),
    NOT_ACCEPTABLE(406, "None of the media types you accept is available. This API answers with application/json."),
    PAYLOAD_TOO_LARGE(413, "The request body is too large."),
    UNSUPPORTED_MEDIA_TYPE(415, "This media type is not supported. Send application/json."),
    TOO_MANY_REQUESTS(429, "There were too many requests. Please try again later."),
    INTERNAL_ERROR(500, "An internal server error occurred. Please try again later."),
    UNAVAILABLE(503, "The service is temporarily unavailable. Please try again later."),
    NOT_READY(503, "The server is not ready for requests.");

    private final int status;
    private final String message;

    ErrorCode(int status, String message) {
        this.status = status;
        this.message = message;
    }

    public int status() {
        return status;
    }

    /** The message, unless a path has one of its own. */
    public String message() {
        return message;
    }
}
