"""The properties of each HubSpot object type, as /crm/properties lists them."""

from typing import Any

TYPE_IDS = {
    "contacts": "0-1", "companies": "0-2", "deals": "0-3", "tickets": "0-5", "products": "0-7",
    "line_items": "0-8", "quotes": "0-14", "meetings": "0-47", "notes": "0-46", "calls": "0-48",
    "emails": "0-49", "tasks": "0-27", "invoices": "0-53", "commerce_payments": "0-101",
    "orders": "0-123", "leads": "0-136",
}  # fmt: skip

RECORD = "hs_object_id hs_created_by_user_id hs_object_source hubspot_owner_assigneddate"
OWNED = "hubspot_owner_id hubspot_team_id hs_all_owner_ids"
NEW = f"hs_createdate hs_lastmodifieddate {RECORD}"
OLD = f"createdate hs_lastmodifieddate {RECORD}"
SOURCES = "hs_analytics_source hs_analytics_source_data_1 hs_latest_source"
PLACE = "address city state zip country"

STANDARD = {
    "contacts": f"email firstname lastname phone mobilephone company jobtitle website industry"
    f" {PLACE} lifecyclestage hs_lead_status hs_language {OWNED} associatedcompanyid"
    f" hs_email_optout hs_email_domain hs_marketable_status {SOURCES} hs_merged_object_ids"
    f" hs_calculated_merged_vids date_of_birth num_associated_deals total_revenue hs_timezone"
    f" num_notes notes_last_contacted createdate lastmodifieddate {RECORD}",
    "companies": f"name domain website industry type annualrevenue numberofemployees phone"
    f" address2 {PLACE} lifecyclestage hs_lead_status {OWNED} hs_parent_company_id {SOURCES}"
    f" hs_merged_object_ids description num_associated_contacts {OLD}",
    "deals": f"dealname amount deal_currency_code amount_in_home_currency hs_exchange_rate"
    f" dealstage pipeline closedate hs_is_closed hs_is_closed_won hs_closed_won_date"
    f" hs_deal_stage_probability hs_forecast_amount dealtype {OWNED} {SOURCES} hs_campaign"
    f" closed_lost_reason closed_won_reason hs_v2_date_entered_current_stage hs_acv hs_arr"
    f" hs_mrr hs_tcv hs_next_step description days_to_close num_associated_contacts"
    f" hs_date_entered_appointmentscheduled hs_date_entered_qualifiedtobuy"
    f" hs_date_entered_presentationscheduled hs_date_entered_contractsent"
    f" hs_date_entered_closedwon hs_date_entered_closedlost {OLD}",
    "tickets": f"subject content hs_pipeline hs_pipeline_stage hs_ticket_priority"
    f" hs_ticket_category source_type closed_date time_to_close {OWNED} {OLD}",
    "products": f"name description price hs_sku hs_cost_of_goods_sold hs_url hs_product_type"
    f" recurringbillingfrequency hs_recurring_billing_period hs_images {OLD}",
    "line_items": f"name description quantity price amount discount hs_discount_percentage"
    f" hs_total_discount hs_line_item_currency_code hs_product_id hs_sku hs_cost_of_goods_sold"
    f" recurringbillingfrequency hs_recurring_billing_period hs_mrr hs_position_on_quote {OLD}",
    "quotes": f"hs_title hs_quote_number hs_status hs_quote_amount hs_currency"
    f" hs_expiration_date {OWNED} {NEW}",
    "orders": f"hs_order_name hs_currency_code hs_total_price hs_subtotal_price"
    f" hs_order_discount hs_tax hs_shipping_cost hs_refund_amount hs_payment_status"
    f" hs_fulfillment_status hs_source_store hs_external_order_id hs_external_created_date"
    f" hs_external_order_status hs_processed_date hs_cancelled_date hs_tags hs_order_note"
    f" hs_shipping_address_name hs_shipping_address_street hs_shipping_address_city"
    f" hs_shipping_address_state hs_shipping_address_postal_code hs_shipping_address_country"
    f" {OWNED} {NEW}",
    "invoices": f"hs_number hs_title hs_invoice_status hs_invoice_date hs_due_date hs_currency"
    f" hs_amount_billed hs_amount_paid hs_balance_due hs_subtotal hs_tax hs_discount"
    f" hs_payment_date hs_purchase_order_number hs_comments {OWNED} {NEW}",
    "commerce_payments": f"hs_initial_amount hs_currency_code hs_latest_status hs_initiated_date"
    f" hs_reference_number hs_payment_method_type hs_processor_type hs_refunds_amount"
    f" hs_fees_amount hs_net_amount hs_customer_email {NEW}",
    "leads": f"hs_lead_name hs_lead_type hs_lead_label hs_pipeline hs_pipeline_stage {OWNED} {NEW}",
    "calls": f"hs_timestamp hs_call_title hs_call_body hs_call_direction hs_call_duration"
    f" hs_call_status hs_call_disposition hs_call_source {OWNED} {NEW}",
    "emails": f"hs_timestamp hs_email_subject hs_email_text hs_email_html hs_email_direction"
    f" hs_email_status {OWNED} {NEW}",
    "meetings": f"hs_timestamp hs_meeting_title hs_meeting_body hs_meeting_start_time"
    f" hs_meeting_end_time hs_meeting_outcome hs_meeting_location {OWNED} {NEW}",
    "notes": f"hs_timestamp hs_note_body hs_body_preview {OWNED} {NEW}",
    "tasks": f"hs_timestamp hs_task_subject hs_task_body hs_task_status hs_task_priority"
    f" hs_task_type hs_task_completion_date hs_task_is_completed {OWNED} {NEW}",
}
CUSTOM = {
    "contacts": "shopify_customer_id klaviyo_profile_id square_customer_id mailchimp_member_id"
    " salesforce_record_id interests",
    "companies": "vat_number salesforce_record_id",
}
DATES = frozenset({"closedate", "hs_timestamp", "date_of_birth", "createdate", "hs_createdate"})
NUMBERS = frozenset(
    {"amount", "price", "quantity", "annualrevenue", "numberofemployees", "discount"}
)
CHOICES = frozenset({"lifecyclestage", "hs_lead_status", "dealstage", "pipeline", "dealtype"})


def names(object_type: str) -> list[str]:
    """Every property of an object type, sorted."""
    return sorted([*STANDARD[object_type].split(), *CUSTOM.get(object_type, "").split()])


def modified(object_type: str) -> str:
    """The property that holds the change time."""
    return "lastmodifieddate" if object_type == "contacts" else "hs_lastmodifieddate"


def defaults(object_type: str) -> list[str]:
    """The properties of an answer when none are asked for."""
    own = STANDARD[object_type].split()
    shown = {
        "contacts": ["email", "firstname", "lastname"],
        "companies": ["domain", "name"],
        "deals": ["amount", "closedate", "dealname", "dealstage", "pipeline"],
    }.get(object_type, [])
    created = "createdate" if "createdate" in own else "hs_createdate"
    return [*shown, created, modified(object_type), "hs_object_id"]


def described(object_type: str) -> list[dict[str, Any]]:
    """The catalogue entries of an object type."""
    custom = set(CUSTOM.get(object_type, "").split())
    return [_described(object_type, name, name in custom) for name in names(object_type)]


def _described(object_type: str, name: str, is_custom: bool) -> dict[str, Any]:
    kind, field = _kind(name)
    entry = {
        "updatedAt": "2025-05-02T08:00:00.000Z",
        "createdAt": "2025-05-02T08:00:00.000Z",
        "name": name,
        "label": name.removeprefix("hs_").replace("_", " ").capitalize(),
        "type": kind,
        "fieldType": field,
        "description": "",
        "groupName": f"{object_type.rstrip('s')}information",
        "options": [],
        "displayOrder": -1,
        "calculated": name.startswith(("num_", "hs_is_", "days_to_")),
        "externalOptions": name in CHOICES,
        "hasUniqueValue": name == "hs_object_id",
        "hidden": False,
        "archived": False,
        "modificationMetadata": {
            "archivable": is_custom,
            "readOnlyDefinition": not is_custom,
            "readOnlyValue": not is_custom and name.startswith("hs_"),
        },
        "formField": is_custom,
        "dataSensitivity": "non_sensitive",
    }
    return entry if is_custom else {**entry, "hubspotDefined": True}


def _kind(name: str) -> tuple[str, str]:
    if name in DATES or name.endswith(("_date", "modifieddate")) or "date_entered" in name:
        return "datetime", "date"
    if name in NUMBERS or name.endswith(("_amount", "_price", "_rate", "probability")):
        return "number", "number"
    return ("enumeration", "select") if name in CHOICES else ("string", "text")
