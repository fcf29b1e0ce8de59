CREATE TABLE `authorization_codes` (
	`hash` text PRIMARY KEY NOT NULL,
	`client_id` text NOT NULL,
	`user_id` text NOT NULL,
	`session_id` text NOT NULL,
	`redirect_uri` text NOT NULL,
	`redirect_uri_sent` integer NOT NULL,
	`code_challenge` text,
	`scope` text NOT NULL,
	`nonce` text,
	`claims` text,
	`auth_time` integer NOT NULL,
	`amr` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`failures` integer NOT NULL,
	`redeemed_at` integer,
	`grant_id` text
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `authorization_codes_to_sweep` ON `authorization_codes` (`expires_at`);--> statement-breakpoint
CREATE TABLE `clients` (
	`id` text PRIMARY KEY NOT NULL,
	`metadata` text NOT NULL,
	`origin` text NOT NULL,
	`created_at` integer NOT NULL,
	`disabled_at` integer,
	`secret_hash` text,
	`registration_token_hash` text,
	`standing_grant_id` text,
	`last_used_at` integer
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `consents` (
	`user_id` text NOT NULL,
	`client_id` text NOT NULL,
	`scope` text NOT NULL,
	`granted_at` integer NOT NULL,
	PRIMARY KEY(`user_id`, `client_id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `device_codes` (
	`hash` text PRIMARY KEY NOT NULL,
	`user_code_hash` text NOT NULL,
	`client_id` text NOT NULL,
	`scope` text NOT NULL,
	`state` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`interval` integer NOT NULL,
	`address` text,
	`user_agent` text,
	`last_poll_at` integer,
	`decided_at` integer,
	`user_id` text,
	`session_id` text,
	`auth_time` integer,
	`amr` text NOT NULL,
	`grant_id` text
) WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `device_codes_user_code_hash_unique` ON `device_codes` (`user_code_hash`);--> statement-breakpoint
CREATE INDEX `device_codes_of_client` ON `device_codes` (`client_id`,`expires_at`);--> statement-breakpoint
CREATE INDEX `device_codes_to_sweep` ON `device_codes` (`expires_at`);--> statement-breakpoint
CREATE TABLE `events` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL,
	`name` text NOT NULL,
	`actor` text NOT NULL,
	`user_id` text,
	`client_id` text,
	`grant_id` text,
	`address` text,
	`detail` text
);
--> statement-breakpoint
CREATE INDEX `events_at` ON `events` (`at`);--> statement-breakpoint
CREATE TABLE `grants` (
	`id` text PRIMARY KEY NOT NULL,
	`client_id` text NOT NULL,
	`user_id` text,
	`session_id` text,
	`sid` text,
	`scope` text NOT NULL,
	`created_at` integer NOT NULL,
	`auth_time` integer,
	`amr` text NOT NULL,
	`claims` text,
	`epoch` integer NOT NULL,
	`refresh_generation` integer NOT NULL,
	`refresh_rotated_at` integer,
	`refresh_expires_at` integer,
	`refresh_max_expires_at` integer,
	`last_used_at` integer,
	`ended_at` integer,
	`ended_because` text,
	`revoked_tokens` integer NOT NULL,
	`keep_until` integer
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `grants_of_user` ON `grants` (`user_id`);--> statement-breakpoint
CREATE INDEX `grants_of_client` ON `grants` (`client_id`);--> statement-breakpoint
CREATE INDEX `grants_to_sweep` ON `grants` (`keep_until`);--> statement-breakpoint
CREATE TABLE `instance` (
	`id` integer PRIMARY KEY NOT NULL,
	`revision` integer NOT NULL,
	`last_commit` integer NOT NULL,
	`setup_link_hash` text,
	`setup_link_expires_at` integer
);
--> statement-breakpoint
CREATE TABLE `keys` (
	`number` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`purpose` text NOT NULL,
	`algorithm` text NOT NULL,
	`sealed` text NOT NULL,
	`public_jwk` text,
	`created_at` integer NOT NULL,
	`active_from` integer NOT NULL,
	`remove_after` integer
);
--> statement-breakpoint
CREATE TABLE `registration_tokens` (
	`hash` text PRIMARY KEY NOT NULL,
	`uses_left` integer NOT NULL,
	`expires_at` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `revoked_tokens` (
	`grant_id` text NOT NULL,
	`token_id` text NOT NULL,
	`expires_at` integer NOT NULL,
	PRIMARY KEY(`grant_id`, `token_id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `revoked_tokens_to_sweep` ON `revoked_tokens` (`expires_at`);--> statement-breakpoint
CREATE TABLE `sessions` (
	`id` text PRIMARY KEY NOT NULL,
	`cookie` text NOT NULL,
	`user_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`auth_time` integer NOT NULL,
	`amr` text NOT NULL,
	`last_seen_at` integer NOT NULL,
	`ended_at` integer,
	`user_agent` text,
	`address` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `sessions_cookie_unique` ON `sessions` (`cookie`);--> statement-breakpoint
CREATE INDEX `sessions_of_user` ON `sessions` (`user_id`);--> statement-breakpoint
CREATE INDEX `sessions_seen` ON `sessions` (`last_seen_at`);--> statement-breakpoint
CREATE TABLE `spent_handles` (
	`id` text PRIMARY KEY NOT NULL,
	`expires_at` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `spent_handles_to_sweep` ON `spent_handles` (`expires_at`);--> statement-breakpoint
CREATE TABLE `used_assertions` (
	`client_id` text NOT NULL,
	`jti` text NOT NULL,
	`expires_at` integer NOT NULL,
	PRIMARY KEY(`client_id`, `jti`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `used_assertions_to_sweep` ON `used_assertions` (`expires_at`);--> statement-breakpoint
CREATE TABLE `users` (
	`id` text PRIMARY KEY NOT NULL,
	`username` text NOT NULL,
	`display_name` text,
	`email` text,
	`email_verified` integer NOT NULL,
	`role` text NOT NULL,
	`password_hash` text,
	`claims` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`disabled_at` integer,
	`failures` integer NOT NULL,
	`locked_until` integer
) WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `users_username_unique` ON `users` (`username`);